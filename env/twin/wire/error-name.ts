/* CloudWatch's errors have one name in the Query protocol, which the newer protocols repeat in a header, and another as shapes. */
const shapes: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
  InternalServiceError: 'InternalServiceFault',
  InvalidParameterCombination: 'InvalidParameterCombinationException',
  InvalidParameterValue: 'InvalidParameterValueException',
  MissingParameter: 'MissingRequiredParameterException',
  Throttling: 'ThrottlingException',
  ValidationError: 'ValidationException',
};

/** As JSON and CBOR name an error of the Query protocol. */
export function shapeOf(code: string): string {
  return shapes[code] ?? code;
}
