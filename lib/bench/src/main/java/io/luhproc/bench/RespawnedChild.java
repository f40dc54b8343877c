package io.luhproc.bench;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A child of a supervisor, {@code cat FIFO}, that is killed and started again.
 *
 * <p>The first thing that it does is to open the FIFO for reading, which ends the open(2) for
 * writing of this program, see fifo(7). So its start is seen without a change to any supervisor.
 */
final class RespawnedChild implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 60;

  private final Path fifo;
  // A FIFO for each respawn: the child that is killed has the former one open.
  private final Queue<Path> unused = new ArrayDeque<>();
  private final Process supervisor;
  private Start current;

  /** An open(2) of the child: the other end of the FIFO, and when it returned. */
  private record Start(FileOutputStream writer, long nanos) {}

  private RespawnedChild(
      Path fifo, int respawns, List<String> command, Map<String, String> variables)
      throws Exception {
    this.fifo = fifo;
    List<String> mkfifo = new ArrayList<>(List.of("mkfifo", fifo.toString()));
    for (int i = 0; i < respawns; i++) {
      Path next = fifo.resolveSibling("next" + i);
      unused.add(next);
      mkfifo.add(next.toString());
    }
    if (new CommandRunner(mkfifo, Map.of()).exitCode() != 0) {
      throw new IOException("cannot make " + fifo);
    }
    CompletableFuture<Start> first = awaitStart();
    Path log = fifo.resolveSibling("log");
    supervisor = new CommandRunner(command, variables).startWithLog(log);
    try {
      current = first.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      supervisor.destroy();
      throw new IOException(command + " did not start its child: " + Files.readString(log), e);
    }
  }

  /** Starts {@code luhproc up} with one service that restarts at once. */
  static RespawnedChild ofLuhproc(Path launcher, Path folder, int respawns) throws Exception {
    Path fifo = folder.resolve("fifo");
    LuhprocProgram program =
        LuhprocProgram.create(
            launcher,
            folder,
            """
            [services.child]
            command = ["/bin/cat", "%s"]
            min_ready_time = 0
            restart = { condition = "always", delay = 0 }
            """
                .formatted(fifo));
    return new RespawnedChild(
        fifo, respawns, program.command("up", "--foreground"), program.variables());
  }

  /** Starts a JVM, with the options of the launcher of luhproc, that uses ProcessBuilder. */
  static RespawnedChild ofProcessBuilder(Path folder, int respawns) throws Exception {
    Path fifo = folder.resolve("fifo");
    List<String> command = BenchEnvironment.javaCommand(RespawnMain.class, "/bin/cat", fifo + "");
    command.addAll(1, BenchEnvironment.LAUNCHER_OPTIONS);
    return new RespawnedChild(fifo, respawns, command, Map.of());
  }

  /**
   * Starts runsv(8) of runit or supervise(8) of daemontools.
   *
   * @param runFile the content of the file that it executes, with {@code %s} for the FIFO
   */
  static RespawnedChild ofServiceDirectory(
      String supervisor, String runFile, Path folder, int respawns) throws Exception {
    Path fifo = folder.resolve("fifo");
    Path directory = Files.createDirectory(folder.resolve("service"));
    Path run = Files.writeString(directory.resolve("run"), runFile.formatted(fifo));
    if (!run.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + run + " executable");
    }
    return new RespawnedChild(fifo, respawns, List.of(supervisor, directory.toString()), Map.of());
  }

  /** Waits for the next child. The time is taken by the thread that waits. */
  private CompletableFuture<Start> awaitStart() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            FileOutputStream writer = new FileOutputStream(fifo.toFile());
            return new Start(writer, System.nanoTime());
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        });
  }

  /** Kills the child and returns the time until the next one opens the FIFO, in nanoseconds. */
  long respawn() throws Exception {
    Files.move(unused.remove(), fifo, StandardCopyOption.ATOMIC_MOVE);
    CompletableFuture<Start> next = awaitStart();
    ProcessHandle child = supervisor.children().findFirst().orElseThrow();
    long start = System.nanoTime();
    boolean ignored = child.destroyForcibly();
    Start started = next.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    current.writer.close();
    current = started;
    return started.nanos - start;
  }

  /** Ends the supervisor, and its child if it has left it. */
  @Override
  public void close() throws IOException {
    List<ProcessHandle> children = supervisor.children().toList();
    supervisor.destroy();
    Process ignored = supervisor.onExit().join();
    children.forEach(ProcessHandle::destroyForcibly);
    current.writer.close();
  }
}
