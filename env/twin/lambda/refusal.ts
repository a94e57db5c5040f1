import { ServiceError } from '../operation.ts';

/* What Lambda refuses, as its API reference names it. */

export function conflict(message: string): ServiceError {
  return new ServiceError('ResourceConflictException', message, 409);
}

export function notFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', message, 404);
}

export function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message, 400);
}

/** Somebody else has written since the revision was read. */
export function checkRevision(given: string | null, actual: string, getter: string): void {
  if (given === null || given === actual) return;
  throw new ServiceError(
    'PreconditionFailedException',
    `The Revision Id provided does not match the latest Revision Id. Call the ${getter} API to retrieve the latest Revision Id`,
    412,
  );
}
