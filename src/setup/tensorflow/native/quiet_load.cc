// Loads TensorFlow's libraries with standard error closed off for that moment.
//
// TensorFlow 2.21 writes "oneDNN custom operations are on" from a static initialiser, before any of its
// log-level settings is read, so nothing else silences it. Loading this module before tfjs_binding.node does.
// Real log lines (errors) come later and are not touched.
#include <dlfcn.h>
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

NAPI_MODULE_INIT() {
  const int stderr_copy = dup(STDERR_FILENO);
  const int nowhere = open("/dev/null", O_WRONLY);
  if (stderr_copy >= 0 && nowhere >= 0) dup2(nowhere, STDERR_FILENO);

  const bool loaded = dlopen(TENSORFLOW_LIBRARY, RTLD_LAZY | RTLD_LOCAL) != nullptr;
  const char* reason = loaded ? nullptr : dlerror();

  if (stderr_copy >= 0) {
    dup2(stderr_copy, STDERR_FILENO);
    close(stderr_copy);
  }
  if (nowhere >= 0) close(nowhere);
  if (!loaded) napi_throw_error(env, "ERR_DLOPEN_FAILED", reason);
  return exports;
}
