import type { Random } from '../../random.ts';
import type { SpotMarket } from '../../sim/spot-market.ts';
import type { VmPool } from '../../vm-pool.ts';
import type { Clock } from '../clock.ts';
import type { FaultSchedule } from '../faults/schedule.ts';
import { ServiceError } from '../operation.ts';
import { Activities } from './activities.ts';
import type { GroupParts } from './group-parts.ts';
import { type Instance, isLive, serves } from './instance.ts';
import { refuseOutside } from './refuse-outside.ts';
import { SetAside } from './set-aside.ts';

/** The group tries again to launch what it could not after this time. */
const retryMs = 60_000;
const cooldownMs = 300_000;
const zones = ['a', 'b', 'c'];

/** An Auto Scaling group: it launches and terminates instances until as many live as are desired. */
export class Group {
  readonly name: string;
  readonly region: string;
  readonly pool: VmPool;
  readonly activities: Activities;
  /** Of processes, by whoever called SuspendProcesses. */
  readonly suspended = new Set<string>();
  readonly tags = new Map<string, string>();
  desired: number;
  readonly #clock: Clock;
  readonly #faults: FaultSchedule;
  readonly #random: Random;
  readonly #market: SpotMarket | null;
  #instances: Instance[] = [];
  readonly #initial: number;
  #launched = 0;
  #terminated = 0;
  readonly #aside: SetAside;
  #interrupted = 0;
  #retryAtMs = 0;
  #scaledAtMs = Number.NEGATIVE_INFINITY;

  constructor({ name, region, pool, initialVms, clock, faults, random, market }: GroupParts) {
    this.name = name;
    this.region = region;
    this.pool = pool;
    this.desired = initialVms;
    this.#initial = initialVms;
    this.activities = new Activities(name);
    this.#clock = clock;
    this.#aside = new SetAside(() => faults.active('standby', name)?.strength ?? 0);
    this.#faults = faults;
    this.#random = random;
    this.#market = market;
    for (let count = 0; count < initialVms; count++) {
      const nowMs = clock.nowMs();
      this.#instances.push({ ...this.#made(nowMs, nowMs, nowMs), lifecycle: 'InService' });
    }
  }

  get instances(): readonly Instance[] {
    return this.#instances;
  }

  /** Instances launched, and told to go, since the world began. */
  get launched(): number {
    return this.#launched - this.#initial;
  }

  get terminated(): number {
    return this.#terminated;
  }

  /** Instances that were taken back since the world began. */
  get interrupted(): number {
    return this.#interrupted;
  }

  /** VMs that requests reach. */
  get serving(): number {
    const nowMs = this.#clock.nowMs();
    return this.#instances.reduce((count, one) => count + Number(serves(one, nowMs)), 0);
  }

  /** Whether a process does not act, by request or by fault. */
  isSuspended(process: string): boolean {
    if (this.suspended.has(process)) return true;
    if (process === 'Launch') return this.#faults.active('launch-suspended', this.name) !== null;
    return process === 'Terminate' && this.#faults.active('terminate-suspended', this.name) !== null;
  }

  isProtected(instance: Instance): boolean {
    return instance.isProtected || this.#faults.active('scale-in-protected', this.name) !== null;
  }

  setDesired(desired: number, honorCooldown: boolean): void {
    refuseOutside(desired, this.pool);
    const nowMs = this.#clock.nowMs();
    if (honorCooldown && nowMs < this.#scaledAtMs + cooldownMs) {
      throw new ServiceError('ScalingActivityInProgress', `Scaling activity is in progress for group ${this.name}.`);
    }
    if (desired !== this.desired) this.#scaledAtMs = nowMs;
    this.desired = desired;
    this.#retryAtMs = 0;
    this.settle();
    if (this.#live() > desired && !this.isSuspended('Terminate')) this.#noteProtected(nowMs);
  }

  /** What is due by now: boots and drains end, launches and terminations begin. */
  settle(): void {
    const nowMs = this.#clock.nowMs();
    this.#finishBoots(nowMs);
    this.#finishDrains(nowMs);
    this.#followMarket(nowMs);
    this.desired = Math.min(this.pool.max, this.desired + this.#aside.settle(this.#instances));
    if (nowMs >= this.#retryAtMs && !this.isSuspended('Launch')) this.#launchMissing(nowMs);
    if (!this.isSuspended('Terminate')) this.#terminateSurplus(nowMs);
    this.#market?.hold(this.#live(), this.#clock.seconds());
  }

  /** Each live instance of a group on spot is taken back with this chance. */
  interrupt(share: number): void {
    if (this.pool.spot === undefined) return;
    for (const one of this.#instances.filter(isLive)) if (this.#random.uniform() < share) this.#takeBack(one);
  }

  #followMarket(nowMs: number): void {
    const market = this.#market;
    while (market !== null && market.nextAt <= this.#clock.seconds()) {
      const live = this.#instances.filter(isLive);
      const time = market.nextAt;
      for (const place of market.happen()) this.#takeBack(live[place]!);
      market.hold(this.#live(), time);
      this.#retryAtMs = nowMs;
    }
  }

  /** Its notice: it is there until that is over, and no request reaches it. */
  #takeBack(instance: Instance): void {
    const at = new Date(this.#clock.nowMs()).toISOString();
    const cause = `At ${at} an instance was taken out of service in response to an EC2 instance rebalance recommendation.`;
    this.#tellToGo(instance, this.pool.spot!.noticeSeconds, cause);
    this.#interrupted++;
  }

  #tellToGo(instance: Instance, seconds: number, cause: string): void {
    const nowMs = this.#clock.nowMs();
    this.activities.end(instance.id, 'Cancelled', nowMs);
    this.activities.begin(instance.id, `Terminating EC2 instance: ${instance.id}`, cause, nowMs);
    instance.lifecycle = 'Terminating';
    instance.goneAtMs = nowMs + 1000 * seconds;
  }

  #live(): number {
    return this.#instances.reduce((count, one) => count + Number(isLive(one)), 0);
  }

  #finishBoots(nowMs: number): void {
    for (const instance of this.#instances) {
      if (instance.lifecycle !== 'Pending' || instance.bootedAtMs > nowMs) continue;
      instance.lifecycle = 'InService';
      this.activities.end(instance.id, 'Successful', nowMs);
    }
  }

  #finishDrains(nowMs: number): void {
    const gone = this.#instances.filter((one) => one.goneAtMs <= nowMs);
    if (gone.length === 0) return;
    for (const { id } of gone) this.activities.end(id, 'Successful', nowMs);
    this.#instances = this.#instances.filter((one) => one.goneAtMs > nowMs);
  }

  #launchMissing(nowMs: number): void {
    for (let missing = this.#wanted - this.#live(); missing > 0; missing--) {
      if (this.#market?.isShort || this.#faults.hits('capacity-failure', this.name)) {
        this.#noteShortage(nowMs);
        return;
      }
      const instance = this.#made(nowMs, nowMs + this.#bootMs(), this.#sickUntilMs(nowMs));
      this.#instances.push(instance);
      this.activities.begin(instance.id, `Launching a new EC2 instance: ${instance.id}`, this.#cause(nowMs), nowMs);
    }
  }

  get #wanted(): number {
    return this.desired + (this.#faults.active('surplus', this.name)?.strength ?? 0);
  }

  #bootMs(): number {
    const { medianSeconds, sigma } = this.pool.boot;
    const slowness = this.#faults.active('slow-boot', this.name)?.strength ?? 1;
    return Math.round(1000 * slowness * this.#random.lognormal(medianSeconds, sigma));
  }

  /** The oldest go first, those that boot not before those that serve: which ones go is not the caller's choice. */
  #terminateSurplus(nowMs: number): void {
    let surplus = this.#live() - this.#wanted;
    for (const instance of this.#instances) {
      if (surplus <= 0) return;
      if (!isLive(instance) || this.isProtected(instance)) continue;
      this.#tellToGo(instance, this.pool.drainSeconds, this.#cause(nowMs));
      this.#terminated++;
      surplus--;
    }
  }

  #sickUntilMs(nowMs: number): number {
    const fault = this.#faults.active('never-healthy', this.name);
    return fault === null ? nowMs : this.#clock.startedAtMs + 1000 * (fault.atSeconds + fault.forSeconds);
  }

  #made(launchedAtMs: number, bootedAtMs: number, sickUntilMs: number): Instance {
    const number = ++this.#launched;
    return {
      id: `i-${this.#random.bits().toString(16).replace('-', '').padStart(8, '0')}${number.toString(16).padStart(9, '0')}`,
      zone: `${this.region}${zones[number % zones.length]}`,
      launchedAtMs,
      bootedAtMs,
      sickUntilMs,
      lifecycle: 'Pending',
      goneAtMs: Number.POSITIVE_INFINITY,
      isProtected: false,
    };
  }

  #noteShortage(nowMs: number): void {
    this.#retryAtMs = nowMs + retryMs;
    const { instanceType } = this.pool;
    this.activities.fail(
      'Failed',
      'Launching a new EC2 instance.  Status Reason: InsufficientInstanceCapacity',
      this.#cause(nowMs),
      `We currently do not have sufficient ${instanceType} capacity in the Availability Zone you requested (${this.region}a). Launching EC2 instance failed.`,
      nowMs,
    );
  }

  #noteProtected(nowMs: number): void {
    const message = 'Could not scale to desired capacity because all remaining instances are protected from scale-in.';
    this.activities.fail('Cancelled', 'Terminating EC2 instances', this.#cause(nowMs), message, nowMs);
  }

  #cause(nowMs: number): string {
    return `At ${new Date(nowMs).toISOString()} the desired capacity was ${this.desired} and ${this.#live()} instances lived.`;
  }
}
