import type { Decision, Observation, Policy } from '../env/types.ts';
import { PpoPolicy } from './policy.ts';
import type { Actor } from './ppo/forward.ts';
import type { Asking, Question } from './question.ts';

/** Gives the decision, or throws what its policy threw: one service that fails costs the others nothing. */
export type Answer = () => Decision;

interface Decider {
  readonly index: number;
  readonly asking: Asking<Decision>;
}

/**
 * The decisions of many services, in which each network is asked about all of them in one batch. Bit for bit what each policy would decide by
 * itself, since the logits of a row do not depend on the rows beside it. Rules, and networks that nobody shares, decide as ever.
 *
 * @param policies of as many services, in any order
 * @param observations [policy]
 * @returns [policy]
 */
export function decideTogether(policies: readonly Policy[], observations: readonly Observation[]): Answer[] {
  const answers: Answer[] = [];
  let deciders: Decider[] = [];
  for (const [index, policy] of policies.entries()) {
    const observation = observations[index]!;
    if (policy instanceof PpoPolicy) deciders.push({ index, asking: policy.deciding(observation) });
    else answers[index] = answerOf(() => policy.decide(observation));
  }
  while (deciders.length > 0) {
    const questions: Question[] = [];
    deciders = deciders.filter((decider) => {
      const question = goOn(decider, answers);
      if (question) questions.push(question);
      return question !== null;
    });
    askTogether(questions);
  }
  return answers;
}

/** The next question; null: there is none any more, and the answer is there. */
function goOn({ index, asking }: Decider, answers: Answer[]): Question | null {
  try {
    const { done, value } = asking.next();
    if (!done) return value;
    answers[index] = () => value;
  } catch (error) {
    answers[index] = () => {
      throw error;
    };
  }
  return null;
}

function answerOf(decide: Answer): Answer {
  try {
    const decision = decide();
    return () => decision;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function askTogether(questions: readonly Question[]): void {
  const byActor = new Map<Actor, Question[]>();
  for (const question of questions) {
    const others = byActor.get(question.actor);
    if (others) others.push(question);
    else byActor.set(question.actor, [question]);
  }
  for (const [actor, those] of byActor) ask(actor, those);
}

function ask(actor: Actor, questions: readonly Question[]): void {
  const { observationSize, options } = actor;
  const count = questions.reduce((sum, one) => sum + one.count, 0);
  const features = new Float32Array(count * observationSize);
  const logits = new Float32Array(count * options);
  let row = 0;
  for (const question of questions) {
    features.set(question.features.subarray(0, question.count * observationSize), row * observationSize);
    row += question.count;
  }
  actor.logitsBatch(features, count, logits);
  row = 0;
  for (const question of questions) {
    question.logits.set(logits.subarray(row * options, (row + question.count) * options));
    row += question.count;
  }
}
