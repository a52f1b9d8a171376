// What an operator woken at night should look at first, in words.

import {count, foreign} from './format.js';

const SLOTS = 16_384;

/** @returns each `{kind: 'bad' or 'warn', text}`, the worst first */
export function complaints(store) {
  const found = [];
  const bad = text => found.push({kind: 'bad', text});
  const warn = text => found.push({kind: 'warn', text});
  aboutStatus(store.get('status'), bad, warn);
  aboutTopology(store.get('topology'), bad, warn);
  aboutSettings(store.get('settings'), bad, warn);
  aboutFleet(store.get('proxies'), warn);
  const figures = store.get('live.figures')?.figures ?? {};
  if (figures['slotgate.parked'] > 0) {
    warn('Commands wait for their slot to have a reachable owner.');
  }
  return found.sort((one, other) => Number(other.kind === 'bad') - Number(one.kind === 'bad'));
}

function aboutStatus(status, bad, warn) {
  if (status?.draining) {
    warn('This proxy lets its clients go: it is draining.');
  } else if (status && !status.ready) {
    bad('This proxy is not ready: slots have no owner, or it is stopping.');
  }
  if (status?.cutOff) {
    warn('This proxy is cut off from the majority of its fleet: it goes on with the settings it has, and none can be changed.');
  }
}

function aboutTopology(topology, bad, warn) {
  if (!topology) {
    return;
  }
  if (topology.coveredSlots < SLOTS) {
    bad(`${count(SLOTS - topology.coveredSlots)} slots have no owner.`);
  }
  for (const shard of topology.shards) {
    const replicas = shard.nodes.filter(node => node.role !== 'primary');
    for (const node of shard.nodes.filter(each => each.health !== 'up')) {
      (node.role === 'primary' ? bad : warn)(`${capital(node.role)} ${foreign(node.address)} is ${node.health}.`);
    }
    for (const node of replicas.filter(each => each.health === 'up' && each.probe?.primaryLinkUp === false)) {
      warn(`Replica ${foreign(node.address)} is cut off from its primary.`);
    }
    if (replicas.length > 0 && replicas.every(node => node.health !== 'up')) {
      bad(`No replica could take the place of ${foreign(shard.nodes[0].address)}.`);
    }
  }
  for (const node of topology.strangers) {
    warn(`${foreign(node.address)} belongs to no shard and is ${node.health}.`);
  }
  if (topology.moves.length > 0) {
    warn(`${count(topology.moves.length)} slots are on their way to another shard.`);
  }
}

function aboutSettings(settings, bad, warn) {
  if (settings?.problem) {
    bad(`Settings that were agreed on are not applied here: ${foreign(settings.problem, 300)}`);
  } else if (settings && settings.applied < settings.version) {
    warn(`Settings version ${settings.version} is not applied here yet.`);
  }
}

function aboutFleet(proxies, warn) {
  for (const proxy of proxies ?? []) {
    if (proxy.state !== 'healthy') {
      warn(`Proxy ${foreign(proxy.id)} is ${proxy.state}.`);
    }
  }
}

function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
