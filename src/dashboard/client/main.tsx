/** The dashboard's page. */
// oxlint-disable-next-line import/no-unassigned-import -- it acts before the modules below make schemas
import './without-generated-code.ts';
import { render } from 'preact';
import { Layout, Notice } from './layout.tsx';
import { ListPage } from './list-page.tsx';
import { useRoute } from './route.ts';
import { StudyPage } from './study-page.tsx';
import { startTheme } from './theme.ts';
import { TrialPage } from './trial-page.tsx';

function App() {
  const route = useRoute();
  switch (route.kind) {
    case 'list':
      return <ListPage />;
    case 'study':
      return <StudyPage id={route.study} />;
    case 'trial':
      return <TrialPage id={route.study} number={route.trial} />;
    case 'nowhere':
      return (
        <Layout title="Nothing here" crumbs={[]} connection="gone">
          <Notice connection="gone" error={undefined} what="page" />
        </Layout>
      );
    default:
      return route satisfies never;
  }
}

startTheme();
const page = document.getElementById('page');
if (page !== null) render(<App />, page);
