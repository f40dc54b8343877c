package io.luhproc.kubernetes;

import io.luhproc.log.LogLine;
import io.luhproc.log.LogSubscription;
import io.luhproc.log.ProcessLog;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StopOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;

/** An app whose engine is chosen by {@code LUHPROC_ENGINE}: arguments root, command and id. */
final class ManagerApp {
  private ManagerApp() {}

  public static void main(String[] arguments) {
    ProcessManager manager =
        ProcessManager.builder()
            .app("shop")
            .task("INDEXER", context -> {})
            .root(Path.of(arguments[0]))
            .build();
    manager.check();
    String id = arguments[2];
    switch (arguments[1]) {
      case "start" -> {
        System.out.println(manager.start("INDEXER", id));
        System.out.println("launched " + manager.start("INDEXER", id).launched());
      }
      case "info" -> System.out.println(manager.info("INDEXER", id));
      case "list" -> manager.list().forEach(System.out::println);
      case "logs" ->
          manager.logs("INDEXER", id).tail(100).stream()
              .map(LogLine::text)
              .forEach(System.out::println);
      case "follow" -> follow(manager.logs("INDEXER", id), manager, id);
      case "stop" ->
          System.out.println(
              manager.stop(
                  "INDEXER",
                  id,
                  StopOptions.builder().grace(Duration.ofSeconds(1)).keepLogs(true).build()));
      case "check" -> System.out.println(manager.engineProblems());
      default -> throw new IllegalArgumentException(arguments[1]);
    }
  }

  /** Asks a thousand times whether more may come, as {@code logs -f} does all the time. */
  private static void follow(ProcessLog log, ProcessManager manager, String id) {
    LogSubscription subscription = log.followFromTail(10, line -> {});
    System.out.println(
        IntStream.range(0, 1000).filter(i -> manager.mayWrite("INDEXER", id)).count());
    subscription.close();
  }
}
