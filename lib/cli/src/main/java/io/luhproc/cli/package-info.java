/**
 * Adds commands for workers to a picocli app; start from {@link io.luhproc.cli.WorkerCommands}.
 *
 * <pre>{@code
 * import io.luhproc.cli.WorkerCommands;
 * import io.luhproc.worker.ProcessManager;
 * import picocli.CommandLine;
 * import picocli.CommandLine.Model.CommandSpec;
 *
 * class App {
 *   public static void main(String[] args) {
 *     ProcessManager pm = ProcessManager.builder().task("INDEXER", context -> index()).build();
 *     pm.check();
 *     CommandLine commandLine = new CommandLine(CommandSpec.create().name("app"));
 *     WorkerCommands.addTo(commandLine, pm);
 *     System.exit(commandLine.execute(args));
 *   }
 * }
 * }</pre>
 *
 * <p>Threads: a command runs on the thread that calls {@code CommandLine.execute}. Only {@code logs
 * -f} prints on another thread, that of its log subscription, while the calling thread waits.
 */
@NullMarked
package io.luhproc.cli;

import org.jspecify.annotations.NullMarked;
