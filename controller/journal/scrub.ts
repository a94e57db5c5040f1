/**
 * The last net under credentials: nothing that is written or logged should hold any, and a message of somebody else's might.
 * Access key ids (IAM user guide, "IAM identifiers", unique id prefixes), signatures, session tokens and named secrets. What a secret
 * is named by stays, in the first group: to look behind at every letter would cost more.
 */
const secrets: readonly RegExp[] = [
  /()\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g,
  /(\bSignature=)[0-9a-f]{32,}/gi,
  /(\b(?:X-Amz-Security-Token|X-Amz-Signature|X-Amz-Credential|aws_?secret_?access_?key|aws_?session_?token|secretAccessKey|sessionToken|Authorization)\b[\\"']*\s*[:=]\s*[\\"']*)[^\s"'\\,;&}]+/gi,
];

export function scrub(text: string): string {
  return secrets.reduce((cleaner, secret) => cleaner.replace(secret, '$1[secret]'), text);
}
