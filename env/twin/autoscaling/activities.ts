export interface Activity {
  readonly id: string;
  readonly group: string;
  readonly instance: string | null;
  readonly description: string;
  readonly cause: string;
  readonly startedAtMs: number;
  endedAtMs: number | null;
  status: 'InProgress' | 'Successful' | 'Failed' | 'Cancelled';
  readonly message: string | null;
}

/** AWS keeps six weeks of them; so many are enough to be paged. */
const mostActivities = 500;

/** What a group has done, newest first, as DescribeScalingActivities tells it. */
export class Activities {
  readonly #group: string;
  #all: Activity[] = [];
  #count = 0;

  constructor(group: string) {
    this.#group = group;
  }

  get all(): readonly Activity[] {
    return this.#all;
  }

  /** Under way, for an instance. */
  begin(instance: string, description: string, cause: string, nowMs: number): void {
    this.#add({
      instance,
      description,
      cause,
      startedAtMs: nowMs,
      endedAtMs: null,
      status: 'InProgress',
      message: null,
    });
  }

  /** What was under way for an instance is done. */
  end(instance: string, status: 'Successful' | 'Cancelled', nowMs: number): void {
    const activity = this.#all.find((one) => one.instance === instance && one.status === 'InProgress');
    if (activity === undefined) return;
    activity.status = status;
    activity.endedAtMs = nowMs;
  }

  fail(status: 'Failed' | 'Cancelled', description: string, cause: string, message: string, nowMs: number): void {
    this.#add({ instance: null, description, cause, startedAtMs: nowMs, endedAtMs: nowMs, status, message });
  }

  #add(activity: Omit<Activity, 'id' | 'group'>): void {
    const id = `${(++this.#count).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
    this.#all.unshift({ id, group: this.#group, ...activity });
    if (this.#all.length > mostActivities) this.#all = this.#all.slice(0, mostActivities);
  }
}
