import type { Server } from './servers.ts';

/** A server as statistics and states tell it. */
export interface ShownServer extends Server {
  readonly status: 'UP' | 'DOWN' | 'DRAIN' | 'MAINT';
}

/** `show servers state`: columns and values as HAProxy 2.6.12 writes them. */
const columns =
  'be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port';

const adminBits = { ready: 0, drain: 8, maint: 1 } as const;

export function serverStatesText(backEnds: readonly (readonly [string, readonly ShownServer[]])[]): string {
  const rows = backEnds.flatMap(([backEnd, servers], backEndIndex) =>
    servers.map((one, index) => {
      const operational = one.status === 'UP' || one.status === 'DRAIN' ? 2 : 0;
      const health = operational === 0 ? 0 : 3;
      return `${backEndIndex + 3} ${backEnd} ${index + 1} ${one.name} ${one.address} ${operational} ${adminBits[one.state]} 1 1 0 6 3 ${health} 6 0 0 0 - ${one.port} - 0 0 - - 0\n`;
    }),
  );
  return `1\n# ${columns}\n${rows.join('')}`;
}
