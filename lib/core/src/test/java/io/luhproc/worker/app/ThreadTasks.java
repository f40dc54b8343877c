package io.luhproc.worker.app;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.TaskContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Tasks of {@link TaskApp} that return while their hooks or threads run. */
final class ThreadTasks {
  private static final Duration MAX_WAIT = Duration.ofMinutes(5);
  private static final long SHORT_MILLIS = 300;

  private ThreadTasks() {}

  static void registerAll(ProcessManager.Builder builder) {
    builder
        .task("SLOW_HOOK", ThreadTasks::slowHook)
        .task("STUCK_HOOK", ThreadTasks::stuckHook)
        .task("SERVER", ThreadTasks::server)
        .task("POOL", ThreadTasks::pool)
        .task("CLEANING_THREAD", ThreadTasks::cleaningThread)
        .task("EXITS_IN_THREAD", ThreadTasks::exitsInThread)
        .task("OUT_OF_MEMORY", ThreadTasks::outOfMemory)
        .task("LOADS_CLASS_LATE", ThreadTasks::loadsClassLate);
  }

  private static void slowHook(TaskContext context) throws InterruptedException {
    context.onStop(
        () -> {
          pause();
          System.out.println("hook ends");
        });
    context.ready();
    context.awaitStop(MAX_WAIT);
    System.out.println("task returns");
  }

  private static void stuckHook(TaskContext context) throws InterruptedException {
    context.onStop(ThreadTasks::waitForEver);
    context.ready();
    context.awaitStop(MAX_WAIT);
  }

  /** Returns at once while a thread serves, as with an HTTP server. */
  private static void server(TaskContext context) {
    new Thread(ThreadTasks::waitForEver, "dispatcher").start();
    context.ready();
  }

  private static void pool(TaskContext context) {
    start(
        "pool-1",
        () -> {
          pause();
          System.out.println("pool ends");
        });
  }

  private static void cleaningThread(TaskContext context) {
    start(
        "cleaner",
        () -> {
          context.ready();
          await(context);
          pause();
          System.out.println("cleaned up");
        });
  }

  private static void exitsInThread(TaskContext context) throws InterruptedException {
    start("exiter", () -> System.exit(3));
    context.awaitStop(MAX_WAIT);
  }

  private static void outOfMemory(TaskContext context) {
    List<byte[]> blocks = new ArrayList<>();
    while (!context.stopRequested()) {
      blocks.add(new byte[1 << 20]);
    }
    System.out.println(blocks.size() + " MiB");
  }

  /** Needs another class when it has been stopped. */
  private static void loadsClassLate(TaskContext context) throws InterruptedException {
    context.ready();
    context.awaitStop(MAX_WAIT);
    System.out.println(new LateClass());
  }

  private record LateClass() {}

  private static void start(String name, Runnable body) {
    new Thread(body, name).start();
  }

  private static void await(TaskContext context) {
    try {
      context.awaitStop(MAX_WAIT);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(SHORT_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void waitForEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
