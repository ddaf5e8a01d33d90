import { defineSearchAttributeKey } from '@temporalio/common';

/** Few and documented: SQL visibility has ten keyword columns a namespace, and none of them is encrypted. */
export const attributes = {
  plan: defineSearchAttributeKey('ChangeoverPlan', 'KEYWORD'),
  source: defineSearchAttributeKey('ChangeoverSource', 'KEYWORD'),
  target: defineSearchAttributeKey('ChangeoverTarget', 'KEYWORD'),
  phase: defineSearchAttributeKey('ChangeoverPhase', 'KEYWORD'),
  outcome: defineSearchAttributeKey('ChangeoverOutcome', 'KEYWORD'),
} as const;
