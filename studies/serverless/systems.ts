/** A model on a runtime, deployed as a function, with what the paper's tables 1 and 2 print for it. */
export interface FunctionRow {
  /** Name of the profile in examples/papers. */
  readonly profile: string;
  readonly label: string;
  /** Name of the price book in examples/papers. */
  readonly prices: 'aws-2021' | 'gcp-2021';
  /** [workload] Dollars. */
  readonly usd: readonly [number, number, number];
}

export const paper = 'Serverless Data Science (Wu et al. 2021)';

/** Table 1: TensorFlow 1.15; table 2: ONNX Runtime 1.4. Functions of 2 GB. */
export const functionRows: readonly FunctionRow[] = [
  row('aws-mobilenet-tf', 'MobileNet, TF, AWS', [0.05, 0.117, 0.186]),
  row('aws-albert-tf', 'ALBERT, TF, AWS', [0.223, 0.665, 1.326]),
  row('aws-vgg-tf', 'VGG, TF, AWS', [0.492, 1.134, 1.993]),
  row('aws-mobilenet-ort', 'MobileNet, ORT, AWS', [0.011, 0.037, 0.062]),
  row('aws-vgg-ort', 'VGG, ORT, AWS', [0.322, 0.931, 1.644]),
  row('gcp-mobilenet-tf', 'MobileNet, TF, GCP', [0.065, 0.279, 0.537]),
  row('gcp-albert-tf', 'ALBERT, TF, GCP', [0.299, 0.887, 1.511]),
  row('gcp-vgg-tf', 'VGG, TF, GCP', [0.507, 1.438, 2.467]),
  row('gcp-mobilenet-ort', 'MobileNet, ORT, GCP', [0.047, 0.16, 0.272]),
  row('gcp-vgg-ort', 'VGG, ORT, GCP', [0.383, 1.108, 2.455]),
];

function row(profile: string, label: string, usd: readonly [number, number, number]): FunctionRow {
  return { profile, label, usd, prices: profile.startsWith('aws') ? 'aws-2021' : 'gcp-2021' };
}

export function rowOf(profile: string): FunctionRow {
  const found = functionRows.find((one) => one.profile === profile);
  if (found === undefined) throw new Error(`no row of the tables has the profile ${profile}`);
  return found;
}

/** Memory of the functions in tables 1 and 2. */
export const memoryMb = 2048;

/**
 * What the client sees beyond the service: MobileNet on ORT answers in 0.047 s, of which 0.012 s are the prediction (section 5, workload-120).
 */
export const networkMs = 35;
