# The workbook, for JupyterHub and clusters. To try it: docker build -t workbook . && docker run -p 8888:8888 workbook
FROM node:22-bookworm-slim
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates git python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
COPY --chown=node . /home/node/workbook
USER node
WORKDIR /home/node/workbook
# Compiles with Zig: a C++ compiler would only be needed here.
RUN npm run doctor -- --fix && npm cache clean --force
EXPOSE 8888
CMD [".venv/bin/jupyter", "lab", "--ip=0.0.0.0", "--port=8888", "--no-browser", "notebooks"]
