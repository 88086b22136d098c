export type { OnnxOptions } from "./backends/graph-writer.ts";
export { encodeOnnx } from "./backends/onnx.ts";
export { type NamedTensor, readOnnxWeights } from "./backends/onnx-weights.ts";
export { Message } from "./backends/protobuf.ts";
export { gradient } from "./gradient.ts";
export { fanInUniform, filled, type Initialiser, orthogonal, uniform } from "./initialisers.ts";
export { type Activation, activations } from "./layers/activation.ts";
export { applyAttention, type AttentionOptions, declareAttention } from "./layers/attention.ts";
export { applyCnnLstm, type CnnLstmSpec, declareCnnLstm } from "./layers/cnn-lstm.ts";
export { applyConv, applyConvStack, type ConvLayer, convolvedSteps, type Convolved, declareConv, declareConvStack } from "./layers/conv.ts";
export { declareGru, gru } from "./layers/gru.ts";
export { declareLstm, lstm, lstmStack, type LstmState, type UnrolledLstm } from "./layers/lstm.ts";
export { applyLinear, applyMlp, declareLinear, declareMlp } from "./layers/mlp.ts";
export { applyLayerNorm, declareLayerNorm } from "./layers/norm.ts";
export type { RecurrentOptions, Unrolled } from "./layers/recurrent.ts";
export { applyEncoder, applyEncoderBlock, declareEncoder, declareEncoderBlock, type EncoderSpec } from "./layers/transformer.ts";
export { adam, type AdamOptions, adamW } from "./optimizers/adam.ts";
export type { Minimisation, Optimizer, OptimizerOptions } from "./optimizers/optimizer.ts";
export { rmsprop, type RmspropOptions } from "./optimizers/rmsprop.ts";
export { constantSchedule, cosineSchedule, linearSchedule, type Schedule, warmUp } from "./optimizers/schedule.ts";
export { type Declaration, type NetworkTensors, type Parameters, parameters, unpacked } from "./parameters.ts";
export { availableDevice } from "./runtime/device.ts";
export { compileForward } from "./runtime/forward.ts";
export { compile, type ForwardProgram, type Program, type ProgramSpec } from "./runtime/program.ts";
export { locateNonFinite, type NonFinite } from "./runtime/non-finite.ts";
export {
  bind,
  type Device,
  holdRuntime,
  onDevice,
  openSession,
  profileSessions,
  type Session,
  type SessionOptions,
} from "./runtime/session.ts";
export { formatShape, type Shape, sizeOf } from "./shape.ts";
export {
  batchMatmul,
  type BatchMatmulOptions,
  choose,
  concat,
  constant,
  type CustomGradient,
  gatherRows,
  gemm,
  input,
  type OpName,
  Tensor,
  variable,
  withGradient,
} from "./tensor.ts";
