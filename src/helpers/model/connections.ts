import type * as tf from "../tf";

/** The parts of a functional model of tfjs-layers (4.22.0) that say which calls of its layers belong to it. */
interface Container {
  readonly containerNodes?: ReadonlySet<string>;
}

/**
 * For each layer of a model, in the order of `model.layers`, the places of the layers whose outputs it takes. A layer
 * that is called several times takes the outputs of all its calls.
 */
export function connectionsOf(model: tf.LayersModel): number[][] {
  const { containerNodes } = model as unknown as Container;
  if (containerNodes === undefined || model.getClassName() === "Sequential")
    return model.layers.map((_, index) => (index === 0 ? [] : [index - 1]));
  const places = new Map<tf.layers.Layer, number>(model.layers.map((layer, index) => [layer, index]));
  return model.layers.map((layer) => {
    const from = layer.inboundNodes
      // Other models may use the layer as well.
      .filter((_, call) => containerNodes.has(`${layer.name}_ib-${call}`))
      .flatMap(({ inboundLayers }) => inboundLayers.map((inbound) => places.get(inbound)));
    return [...new Set(from)].filter((place) => place !== undefined);
  });
}
