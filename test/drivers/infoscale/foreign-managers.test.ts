import { findForeignManagers } from '../../../src/drivers/infoscale/foreign-managers.js';
import { definitionObjects } from '../../../src/drivers/infoscale/schema/index.js';
import type { RawObject } from '../../../src/ports/objects.js';
import { FakeKube } from '../../harness/fake-kube.js';

/** What is found where the cluster has this CRD and nothing else. */
async function foundWith(definition: RawObject): Promise<readonly string[]> {
  const kube = new FakeKube('east');
  await kube.apply(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${definition.metadata.name}`, definition);
  return findForeignManagers(kube);
}

describe('The CRDs as a trace of InfoScale\'s own DR manager', () => {
  const [ours] = definitionObjects();
  if (ours === undefined) throw new Error('there are no CRDs');
  const foreign = [`CustomResourceDefinition ${ours.metadata.name}, which Changeover did not install`];

  test('are none where they are ours', async () => {
    expect(await foundWith(ours)).toEqual([]);
  });

  test('are one without our label', async () => {
    expect(await foundWith({ ...ours, metadata: { name: ours.metadata.name } })).toEqual(foreign);
  });

  test('are one when an operator took them over and left our label there', async () => {
    expect(await foundWith({ ...ours, metadata: { ...ours.metadata, annotations: { 'controller-gen.kubebuilder.io/version': 'v0.16.1' } } })).toEqual(foreign);
  });
});
