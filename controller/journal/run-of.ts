/** The run that a decision belongs to: its id without the number; on AWS the service is part of it. */
export function runOf({ id }: { readonly id: string }): string {
  return id.slice(0, id.lastIndexOf('/'));
}
