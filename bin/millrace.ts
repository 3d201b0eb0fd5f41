#!/usr/bin/env node
// The command line of the package: looks into a store that no program has open, and changes it.
import { runCommandLine } from './command-line.js';

process.exitCode = await runCommandLine(process.argv.slice(2));
