import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Vulkan drivers that compute on the processor: Chromium brings SwiftShader, Debian's mesa-vulkan-drivers has lavapipe. */
const drivers = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
  '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json',
  '/usr/share/vulkan/icd.d/lvp_icd.json',
];

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Makes Dawn take a driver without a GPU, unless one is chosen already; returns why WebGPU cannot be tested here, null: it can. */
export function provideVulkan(): string | null {
  if (!isInstalled('webgpu') || !isInstalled('@tensorflow/tfjs-backend-webgpu')) {
    return 'skipped: the packages webgpu and @tensorflow/tfjs-backend-webgpu are not installed';
  }
  const driver = process.env.VK_ICD_FILENAMES ?? drivers.find((one) => existsSync(one));
  if (driver === undefined)
    return 'skipped: there is no software Vulkan driver, of Chromium or Mesa, in its usual places';
  process.env.VK_ICD_FILENAMES = driver;
  process.env.XDG_RUNTIME_DIR ??= '/tmp';
  return null;
}
