/** Schemas are checked without generated code, which the page's policy forbids: to be imported before any of them. */
import { z } from 'zod';

z.config({ jitless: true });
