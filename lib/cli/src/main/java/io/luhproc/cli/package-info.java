/**
 * The worker commands, one group that any picocli app adds with its own process manager; start from
 * {@link io.luhproc.cli.WorkerCommands}.
 *
 * <p>Threads: a command runs on the thread that called {@code CommandLine.execute}; only {@code
 * logs -f} has its lines printed by the thread of the follow while the first one waits.
 */
@NullMarked
package io.luhproc.cli;

import org.jspecify.annotations.NullMarked;
