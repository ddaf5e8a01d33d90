import { absentImages } from '../../fitting.js';
import { defineCheck, found } from '../check.js';

/** Whether a registry answers cannot be asked from here; an image that a node has already needs none. */
export const imagesAreThere = defineCheck({
  name: 'images-are-there',
  asks: 'The images are on the nodes of the target',
  severity: 'warn',
  fix: 'Pull them beforehand (a DaemonSet or a Job that uses them); the outage contains the pull, and its failure.',
  find: ({ source, target }) => (source.application.demand === undefined || target.room == null ? [] : absentImages(source.application.demand, target.room).map((image) => found(target, `No node of ${target.site} that may run it has the image ${image}.`))),
});
