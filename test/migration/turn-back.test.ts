import { faultDemoResult } from '../../lab/demo/fault-result.js';
import { findFault } from '../../lab/faults/catalog.js';
import { play, playNone, type Played } from '../../lab/faults/play.js';
import { expectServedBy, nothingLost, RUN_MS, sharedScenario, statusOf } from './support/in-lab.js';

describe('A run that turns back', () => {
  const scenario = sharedScenario();
  const around = { say: () => undefined, signal: new AbortController().signal };
  const moves: Played[] = [];

  test(
    'because nothing starts at the target, brings the application home with every write',
    async () => {
      const home = await play(findFault('target-never-ready'), { scenario: scenario.now, source: 'east', target: 'west', ...around });
      expect(home).toMatchObject({ outcome: 'completed', serves: 'east', reasons: [] });
      expect(await statusOf(scenario.now)).toMatchObject({ phase: 'completed', procedure: 'turn-back', source: 'west', target: 'east', debts: [] });
      await expectServedBy(scenario.now, 'east');
      moves.push(home);
    },
    RUN_MS,
  );

  test(
    'does not stand in the way of the next one',
    async () => {
      const away = await playNone(scenario.now, { serves: 'east' }, around);
      expect(away).toMatchObject({ outcome: 'completed', serves: 'west', reasons: [] });
      await expectServedBy(scenario.now, 'west');
      moves.push(away);
    },
    RUN_MS,
  );

  test(
    'is served at home, from the decision on, in one and a half times a migration\'s outage at most, and nothing was lost',
    async () => {
      const [played, next] = moves;
      if (played === undefined || next === undefined) throw new Error('the application did not move there and back');
      const verdict = await scenario.now.judge('west');
      expect(verdict).toMatchObject(nothingLost);
      const result = faultDemoResult('target-never-ready', { played, next, verdict });
      expect(result).toMatchObject({ timeToServiceSeconds: expect.any(Number), migrationOutageSeconds: expect.any(Number), reasons: [] });
    },
    RUN_MS,
  );
});
