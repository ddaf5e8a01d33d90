import { withoutNode } from '../../fitting.js';
import { defineCheck, found } from '../check.js';

/**
 * A pod that no node takes is noticed after the line. It refuses, since the outage would last until somebody makes room; it can be gone
 * past, since a cluster may add nodes for pods that wait, or make room by priority, and nobody can see that from outside.
 */
export const nodesHaveRoom = defineCheck({
  name: 'nodes-have-room',
  asks: 'The nodes of the target have room for the pods',
  fix: 'Make room: add or uncordon nodes, or stop what can wait.',
  overriding: 'the cluster makes room when the pods wait, or the application stays away until somebody does',
  find: ({ source, target }) => (source.application.demand === undefined || target.room == null ? [] : withoutNode(source.application.demand, target.room).map((says) => found(target, `On ${target.site}: ${says}`))),
});
