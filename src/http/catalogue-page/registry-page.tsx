import type { VNode } from 'preact'
import type { RegistryLimits } from '../../model/registry-limits.ts'
import type { AskingService, RegistryPage } from '../../model/registry-page.ts'
import { Operation } from './operation.tsx'
import { Facts, Page, type View } from './page.tsx'
import { WORDS } from './words.ts'

interface RegistryParts {
  readonly view: View
  readonly registry: RegistryPage
}

/** One registry: whose it is, what asks it on which basis, what can be asked and what comes back. */
export function RegistryView({ view, registry }: RegistryParts): VNode {
  const { say } = view
  const { id, name, provider, transport, limits, services, operations } = registry
  return (
    <Page view={view} title={say(name)}>
      <p class="tools">
        <a href={`/catalogue?lang=${view.language}`}>{say(WORDS.all)}</a>
      </p>
      <section class="card">
        <Facts
          view={view}
          facts={[
            [WORDS.registry, <code>{id}</code>],
            [WORDS.owner, `${say(provider.name)} (${provider.id})`],
            [WORDS.transport, transport],
            [WORDS.limits, <Limits view={view} limits={limits} />],
            [WORDS.signatures, registry.answersBySha1 === true ? say(WORDS.sha1) : undefined],
          ]}
        />
      </section>
      <section class="card">
        <h2>{say(WORDS.services)}</h2>
        {services.length === 0 ? <p>{say(WORDS.noServices)}</p> : null}
        {services.map((service) => (
          <Asking key={service.service} view={view} service={service} />
        ))}
        <p class="hint">{say(WORDS.access)}</p>
      </section>
      {operations.map((operation) => (
        <Operation key={operation.operation} view={view} operation={operation} />
      ))}
    </Page>
  )
}

function Limits({ view: { say }, limits }: { readonly view: View; readonly limits: RegistryLimits }): VNode {
  const said = [
    ...(['concurrency', 'perSecond', 'perMinute', 'attempts'] as const).flatMap((name) =>
      limits[name] === undefined ? [] : [say(WORDS[name], limits[name])],
    ),
    ...(limits.plannedDowntime ?? []).map(({ from, to, reason }) => say(WORDS.downtime, from, to, reason)),
  ]
  if (said.length === 0) return <>{say(WORDS.noLimits)}</>
  return (
    <ul>
      {said.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}

function Asking({ view, service }: { readonly view: View; readonly service: AskingService }): VNode {
  const { say } = view
  return (
    <>
      <h3>
        {say(service.title)} <code>{service.service}</code>
      </h3>
      <Facts
        view={view}
        facts={[
          [
            WORDS.legalBases,
            <ul>
              {service.legalBases.map(({ code, text }) => (
                <li key={code}>
                  {say(text)} <code>{code}</code>
                </li>
              ))}
            </ul>,
          ],
          [WORDS.asks, service.operations.map((operation) => <code key={operation}>{operation} </code>)],
          [
            WORDS.checks,
            service.checks.length === 0 ? undefined : service.checks.map((check) => say(check)).join('; '),
          ],
        ]}
      />
    </>
  )
}
