// xen-api, the client that Xen Orchestra is built on, against the toolstack of a lab's host: it
// reads every object and then follows the events. Prints what it saw as one line of JSON.

import { createClient } from 'xen-api'

const [url, user, password] = process.argv.slice(2)
const xapi = createClient({ url, allowUnauthorized: true, auth: { user, password } })
await xapi.connect()
await xapi.objectsFetched

const of = type => Object.values(xapi.objects.all).filter(object => object.$type === type)
const host = xapi.pool.$master

const renamed = new Promise(resolve => {
  xapi.objects.on('update', changes => {
    if (Object.values(changes).some(object => object?.name_label === 'renamed')) resolve()
  })
})
await xapi.call('host.set_name_label', host.$ref, 'renamed')
await renamed
const label = host.$ref && xapi.getObject(host.$ref).name_label
await xapi.call('host.set_name_label', host.$ref, host.name_label)

// It follows the task by its events, and reads the result's XML.
const card = await xapi.callAsync('host.get_management_interface', host.$ref)

const refused = await xapi.call('pool.disable_ha').catch(error => error.code)
console.log(JSON.stringify({
  host: host.name_label,
  address: host.address,
  cards: of('PIF').map(card => card.device).sort(),
  repositories: of('SR').map(repository => repository.name_label).sort(),
  label,
  asked: xapi.getObject(card).device,
  refused,
}))
await xapi.disconnect()
process.exit(0)
