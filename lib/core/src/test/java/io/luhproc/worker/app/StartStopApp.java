package io.luhproc.worker.app;

import io.luhproc.LuhprocException;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StopOptions;
import io.luhproc.worker.TaskContext;
import io.luhproc.worker.WorkerInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;

/**
 * An app whose arguments are an id and verbs, which it executes in order: {@code wait} for a line
 * on stdin, {@code listen} on a port, {@code start} and {@code stop} the worker with that id.
 */
public final class StartStopApp {
  /** A task that runs until it is stopped, and records in a file if a second one runs. */
  public static final String SINGLETON = "ALONE";

  private StartStopApp() {}

  /** Returns a builder of a manager with the task. */
  public static ProcessManager.Builder managerBuilder() {
    return ProcessManager.builder().task(SINGLETON, StartStopApp::runSingleton);
  }

  /** Returns the file to which a task writes if another one of the same root is running. */
  public static Path concurrentRuns(Path root) {
    return root.resolve("doubles");
  }

  public static void main(String[] args) throws IOException {
    ProcessManager manager = managerBuilder().build();
    manager.check();
    for (String verb : Arrays.copyOfRange(args, 1, args.length)) {
      switch (verb) {
        case "wait" -> awaitLine();
        case "listen" -> listen();
        case "start" -> start(manager, args[0]);
        case "stop" -> stop(manager, args[0]);
        default -> throw new IllegalArgumentException(verb);
      }
    }
  }

  private static void awaitLine() throws IOException {
    System.out.println("waits");
    System.out.println("continues after " + (System.in.read() < 0 ? "end of input" : "input"));
    System.in.skipNBytes(System.in.available());
  }

  private static void listen() throws IOException {
    ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    System.out.println("port " + socket.getLocalPort());
  }

  private static void start(ProcessManager manager, String id) {
    System.out.println("prepared");
    try {
      WorkerInfo worker = manager.start(SINGLETON, id);
      System.out.println("launched " + worker.launched());
      System.out.println("pid " + worker.identity().orElseThrow().pid());
    } catch (LuhprocException e) {
      System.out.println("refused " + e.getMessage());
    }
  }

  private static void stop(ProcessManager manager, String id) {
    Duration timeout = Duration.ofSeconds(40);
    try {
      System.out.println(
          "stopped " + manager.stop(SINGLETON, id, StopOptions.within(timeout).build()).outcome());
    } catch (LuhprocException e) {
      System.out.println("refused " + e.getMessage());
    }
  }

  private static void runSingleton(TaskContext context) throws IOException, InterruptedException {
    Path root = context.directory().orElseThrow().getParent();
    try (FileChannel channel =
            FileChannel.open(
                root.resolve("alone"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        Files.writeString(
            concurrentRuns(root),
            "pid " + ProcessHandle.current().pid() + " runs concurrently\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
      System.out.println("runs");
      context.ready();
      while (!context.awaitStop(Duration.ofMinutes(10))) {
        System.out.println("still runs");
      }
    }
  }
}
