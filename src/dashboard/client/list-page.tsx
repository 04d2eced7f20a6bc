/** The studies of the folder. */
import type { StudyListItem, UnreadableStudy } from '../protocol.ts';
import { formatCount, formatDate, formatName, formatScore } from './format.ts';
import { Age, Layout, Notice, StateMark } from './layout.tsx';
import { useStudies } from './live.ts';
import { studyPath } from './route.ts';
import { Resume } from './standing.tsx';

function Unreadable({ study }: { study: UnreadableStudy }) {
  return (
    <li class="study unreadable">
      <h2>{study.id}</h2>
      <p class="problem">{study.error}</p>
    </li>
  );
}

function Study({ study }: { study: StudyListItem }) {
  const { id, state, resume, finished, planned, bestScore, winner, threshold } = study;
  const solved = (score: number | undefined) =>
    score !== undefined && threshold !== undefined && score >= threshold ? 'good' : undefined;
  return (
    <li class="study">
      <h2>
        <a href={studyPath(id)}>{id}</a>
      </h2>
      <p class="standing">
        <StateMark state={state} />
        <span class="quiet">
          <Age since={study.changedAt} />
        </span>
      </p>
      <dl>
        <div>
          <dt>strategy</dt>
          <dd>
            {study.strategy} on {study.space}, seed {study.seed}
          </dd>
        </div>
        <div>
          <dt>trials</dt>
          <dd>
            {formatCount(finished)}
            {planned !== undefined && <span class="quiet"> of {formatCount(planned)}</span>}
          </dd>
        </div>
        <div>
          <dt>best score</dt>
          <dd class={solved(bestScore)}>{formatScore(bestScore)}</dd>
        </div>
        <div>
          <dt>winner</dt>
          <dd>
            {winner ? (
              <>
                <span class="name">{formatName(winner.name)}</span>{' '}
                <span class={solved(winner.score)}>{formatScore(winner.score)}</span>
              </>
            ) : (
              <span class="quiet">none yet</span>
            )}
          </dd>
        </div>
        <div>
          <dt>begun</dt>
          <dd>{formatDate(study.createdAt)}</dd>
        </div>
      </dl>
      <Resume state={state} resume={resume} />
    </li>
  );
}

export function ListPage() {
  const { connection, value: list, error } = useStudies();
  if (list === undefined) {
    return (
      <Layout title="Touchdown" crumbs={[]} connection={connection}>
        <Notice connection={connection} error={error} what="folder" />
      </Layout>
    );
  }
  return (
    <Layout title="Touchdown" crumbs={[]} connection={connection}>
      <h1>Studies</h1>
      <p class="under">
        <code>{list.folder}</code>
      </p>
      {list.studies.length === 0 ? (
        <p class="notice">
          No studies yet. <code>touchdown search --preset quick</code> makes one; it will appear here.
        </p>
      ) : (
        <ul class="studies">
          {list.studies.map((study) =>
            'error' in study ? (
              <Unreadable key={study.id} study={study} />
            ) : (
              <Study key={study.id} study={study} />
            ),
          )}
        </ul>
      )}
    </Layout>
  );
}
