package io.luhproc.process;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Launches {@code true}, or what is named, in ways that a test's own JVM cannot: {@code terminal},
 * {@code user NAME}, {@code files KEPT} with so many descriptors left, {@code status} of what is
 * launched, {@code plain}; by posix_spawn(3) where {@code native} comes last; first it waits for a
 * line.
 */
final class LaunchesOnce {
  private static final List<FileInputStream> OPEN = new ArrayList<>();

  private LaunchesOnce() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    LaunchRequest plain =
        new LaunchRequest(
            List.of("sh", "-c", "echo out; echo err >&2"),
            Map.of(),
            folder,
            folder.resolve("out"),
            folder.resolve("err"));
    Launcher launcher =
        arguments[arguments.length - 1].equals("native")
            ? SpawnWay.NATIVE.launcher("/usr/bin:/bin")
            : Launcher.searching("/usr/bin:/bin");
    if (arguments[arguments.length - 1].equals("native")) {
      tell(launcher, plain);
    }
    // Loads the classes that a refusal needs, for classes are files too.
    tell(
        launcher,
        plain.with(OutputMode.FILES).with(LaunchSetup.reportingTo(folder.resolve("no/report"))));
    System.out.println("ready");
    System.in.read();
    switch (arguments[1]) {
      case "status" -> tell(launcher, status(folder));
      case "terminal" -> tell(launcher, plain.with(OutputMode.TERMINAL));
      case "user" ->
          tell(
              launcher,
              plain.with(
                  LaunchSetup.reportingTo(folder.resolve("report"))
                      .runningAs(Optional.of(arguments[2]), Optional.empty())));
      case "files" -> {
        openAll(Integer.parseInt(arguments[2]));
        tell(launcher, plain);
      }
      default -> tell(launcher, plain);
    }
  }

  private static LaunchRequest status(Path folder) {
    return new LaunchRequest(
        List.of("cat", "/proc/self/status"),
        Map.of(),
        folder,
        folder.resolve("status"),
        folder.resolve("err"));
  }

  private static void openAll(int kept) throws IOException {
    try {
      while (true) {
        OPEN.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException expected) {
      for (int i = 0; i < kept; i++) {
        OPEN.remove(0).close();
      }
    }
  }

  private static void tell(Launcher launcher, LaunchRequest request) throws InterruptedException {
    try {
      int status = launcher.launch(request).waitFor();
      System.out.println("exit " + status);
    } catch (SpawnException e) {
      System.out.println("refused " + e.fault() + " " + e.isRetriable() + " " + e.getMessage());
    }
  }
}
