package io.luhproc.bench;

import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The program luhproc, by its launcher, beside other programs that supervise. */
final class ProgramSection {
  private static final int SIZE_CHILDREN = 100;
  private static final double MAX_RSS_RATIO = 1.3;
  private static final double MAX_RSS_MIB = 60;
  private static final double MAX_IDLE_PERCENT = 0.03;
  private static final Duration COOLDOWN = Duration.ofSeconds(45);
  private static final Duration IDLE_TIME = Duration.ofMinutes(1);
  private static final double KIB_PER_MIB = 1024;

  private static final int STATUS_CHILDREN = 10;
  private static final double MAX_HELLO_RATIO = 0.5;
  private static final String STATUS = "luhproc status";
  private static final String HELLO = "picocli hello world";
  private static final String SUPERVISORCTL = "supervisorctl status";

  private ProgramSection() {}

  private static boolean isInstalled(String program) {
    return BenchEnvironment.findProgram(program).isPresent();
  }

  /** Measures memory and idle CPU time, of all at the same time. */
  static List<ResultRow> size(BenchEnvironment environment) throws Exception {
    if (environment.launcher().isEmpty()) {
      return List.of(ResultRow.of("luhproc with 100 services", "not built", ""));
    }
    Path folder = environment.createDirectory("size");
    List<String> idle = BenchEnvironment.javaCommand(IdleMain.class, "bare");
    idle.addAll(1, BenchEnvironment.LAUNCHER_OPTIONS);
    Process jvm = new CommandRunner(idle, Map.of()).startWithLog(folder.resolve("idle.log"));
    Optional<SupervisingProgram> supervisord = Optional.empty();
    try (SupervisingProgram luhproc =
        SupervisingProgram.luhproc(environment.launcher().get(), folder, SIZE_CHILDREN)) {
      if (isInstalled("supervisord")) {
        supervisord =
            Optional.of(
                SupervisingProgram.supervisord(environment.createDirectory("sd"), SIZE_CHILDREN));
      }
      TimeSource.system().sleep(COOLDOWN);
      return List.of(
          memory(luhproc, supervisord), idle(luhproc, Long.toString(jvm.pid()), supervisord));
    } finally {
      supervisord.ifPresent(SupervisingProgram::close);
      jvm.destroy();
    }
  }

  private static ResultRow memory(
      SupervisingProgram luhproc, Optional<SupervisingProgram> supervisord) throws IOException {
    String what = "RSS of luhproc with 100 services (`sleep`), in the foreground";
    double mib = rssMib(luhproc);
    if (supervisord.isEmpty()) {
      return ResultRow.of(what, formatMib(mib), "supervisord is not installed");
    }
    double other = rssMib(supervisord.get());
    double max = MAX_RSS_RATIO * other + MAX_RSS_MIB;
    return new ResultRow(
        what, formatMib(mib), "supervisord " + formatMib(other), "< " + formatMib(max), mib < max);
  }

  private static double rssMib(SupervisingProgram program) throws IOException {
    return ResourceUsage.readStatus(program.pid(), "VmRSS") / KIB_PER_MIB;
  }

  private static String formatMib(double value) {
    return String.format(Locale.ROOT, "%.0f MiB", value);
  }

  private static ResultRow idle(
      SupervisingProgram luhproc, String jvm, Optional<SupervisingProgram> supervisord)
      throws Exception {
    String other = supervisord.map(SupervisingProgram::pid).orElse(jvm);
    long luhprocNanos = -ResourceUsage.readCpuNanos(luhproc.pid());
    long jvmNanos = -ResourceUsage.readCpuNanos(jvm);
    long otherNanos = -ResourceUsage.readCpuNanos(other);
    TimeSource.system().sleep(IDLE_TIME);
    double luhprocPercent = percent(luhprocNanos + ResourceUsage.readCpuNanos(luhproc.pid()));
    double jvmPercent = percent(jvmNanos + ResourceUsage.readCpuNanos(jvm));
    double otherPercent = percent(otherNanos + ResourceUsage.readCpuNanos(other));
    return new ResultRow(
        "its CPU time over an idle minute",
        formatPercent(luhprocPercent),
        "idle JVM "
            + formatPercent(jvmPercent)
            + (supervisord.isEmpty() ? "" : ", supervisord " + formatPercent(otherPercent)),
        "<= " + formatPercent(MAX_IDLE_PERCENT) + " over the JVM",
        luhprocPercent - jvmPercent <= MAX_IDLE_PERCENT);
  }

  private static double percent(long nanos) {
    return 100.0 * nanos / IDLE_TIME.toNanos();
  }

  private static String formatPercent(double value) {
    return String.format(Locale.ROOT, "%.3f %%", value);
  }

  /** Measures the command that shows the children, whole process, in turns. */
  static List<ResultRow> status(BenchEnvironment environment) throws Exception {
    if (environment.launcher().isEmpty()) {
      return List.of(ResultRow.of("`luhproc status`", "not built", ""));
    }
    Path folder = environment.createDirectory("status");
    InterleavedTrials trials = new InterleavedTrials();
    Optional<SupervisingProgram> supervisord = Optional.empty();
    Optional<CommandRunner> pm2 = Optional.empty();
    try (SupervisingProgram luhproc =
        SupervisingProgram.luhproc(environment.launcher().get(), folder, STATUS_CHILDREN)) {
      trials.add(STATUS, luhproc.status()::timeToExit);
      Path jar = CommandSection.createHelloJar(folder);
      trials.add(HELLO, new CommandRunner(CommandSection.jarCommand(jar), Map.of())::timeToExit);
      if (isInstalled("supervisord")) {
        supervisord =
            Optional.of(
                SupervisingProgram.supervisord(environment.createDirectory("sd"), STATUS_CHILDREN));
        trials.add(SUPERVISORCTL, supervisord.get().status()::timeToExit);
      }
      if (isInstalled("pm2")) {
        Map<String, String> home = Map.of("PM2_HOME", folder.resolve("pm2").toString());
        pm2 = Optional.of(new CommandRunner(List.of("pm2", "kill"), home));
        startPm2(home);
        trials.add("pm2 ls", new CommandRunner(List.of("pm2", "ls"), home)::timeToExit);
      }
      trials.run(3, 25);
    } finally {
      supervisord.ifPresent(SupervisingProgram::close);
      if (pm2.isPresent()) {
        int ignored = pm2.get().exitCode();
      }
    }
    return List.of(statusRow(trials, supervisord.isPresent(), pm2.isPresent()));
  }

  private static void startPm2(Map<String, String> home) throws Exception {
    for (int i = 0; i < STATUS_CHILDREN; i++) {
      List<String> start =
          List.of("pm2", "start", "sleep", "--interpreter=none", "--name=s" + i, "--", "3600");
      if (new CommandRunner(start, home).exitCode() != 0) {
        throw new IOException("pm2 cannot start a process");
      }
    }
  }

  private static ResultRow statusRow(InterleavedTrials trials, boolean supervisord, boolean pm2) {
    double millis = trials.samplesOf(STATUS).median();
    double ratio = millis / trials.samplesOf(HELLO).median();
    boolean faster = !supervisord || millis < trials.samplesOf(SUPERVISORCTL).median();
    return new ResultRow(
        "`luhproc status` of 10 services by its launcher, whole process",
        Samples.formatMillis(millis) + ", " + Samples.formatRatio(ratio),
        trials.mediansExcept(STATUS)
            + (supervisord ? "" : ", supervisorctl is not installed")
            + (pm2 ? "" : ", pm2 is not installed"),
        "< " + Samples.formatRatio(MAX_HELLO_RATIO) + " of picocli, < supervisorctl",
        ratio < MAX_HELLO_RATIO && faster);
  }
}
