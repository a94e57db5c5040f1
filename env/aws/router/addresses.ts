/** Where something listens. */
export interface Address {
  /** A name or an IP address. */
  readonly host: string;
  readonly port: number;
}

/** What the profile and the deployment do not tell about the router's surroundings. */
export interface RouterPlace {
  /** Where the clients come to, as HAProxy writes it: `:8080`, `127.0.0.1:0`. */
  readonly bind: string;
  /** Folder of the maps, as HAProxy's process sees it. */
  readonly folder: string;
  /** Who may use the stats socket: one user, or those of a group; null: who starts HAProxy. */
  readonly socketFor: { readonly user: string } | { readonly group: string } | null;
  /** What an instance answers 2xx or 3xx to when it can serve; null: that it accepts connections is enough. */
  readonly healthPath: string | null;
  /** [pool] Servers beside the instances of the group, which follow it by themselves. */
  readonly servers: readonly (readonly Address[])[];
  /** [variant] Where its Lambda function is reached; null: it is not, so that its requests wait for VMs. */
  readonly functions: readonly (Address | null)[];
}
