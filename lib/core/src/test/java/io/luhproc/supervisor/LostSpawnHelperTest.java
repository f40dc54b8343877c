package io.luhproc.supervisor;

import static io.luhproc.supervisor.SupervisesUnderPressure.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.SymlinkedJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A supervisor whose JDK loses what it starts processes by, as when it is updated under it. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class LostSpawnHelperTest {
  private static final String REMEDY =
      "-Djdk.lang.Process.launchMechanism=" + (Runtime.version().feature() < 25 ? "VFORK" : "FORK");

  @TempDir private Path folder;
  private SymlinkedJdk jdk;

  @BeforeEach
  void makeJdk() throws Exception {
    Path own = Path.of(System.getProperty("java.home"));
    jdk = SymlinkedJdk.withoutSpawnHelper(own, folder.resolve("jdk"));
  }

  private JavaProcess start(String what, String way, String... options) throws IOException {
    return JavaProcess.of(SupervisesUnderPressure.class, folder.resolve("services"), what, way)
        .java(jdk.java())
        .options(options)
        .start(folder);
  }

  private static void endsWell(JavaProcess child) throws Exception {
    child.writeLine("stop");
    assertThat(child.awaitExit()).as(child::toString).isZero();
    child.awaitLine("ended");
  }

  @Test
  void startFailsAtOnceWithReasonAndRemedyAndTheRemedyHelps() throws Exception {
    try (JavaProcess child = start("idle", "jdk")) {
      assertThat(ask(child, "start"))
          .contains("did not start", "lib/jspawnhelper is gone", "was the JDK updated", REMEDY);
      assertThat(ask(child, "await web FAILED")).startsWith("0 ").contains(REMEDY);
      endsWell(child);
    }
    try (JavaProcess child = start("idle", "jdk", REMEDY)) {
      assertThat(ask(child, "start")).isEqualTo("RUNNING");
      endsWell(child);
    }
  }

  @Test
  void processesThatTheJdkDoesNotStartNeedNoHelper() throws Exception {
    assumeThat(Runtime.version().feature()).isLessThan(24);
    try (JavaProcess child = start("idle", "native")) {
      assertThat(ask(child, "start")).isEqualTo("RUNNING");
      String before = ask(child, "pid web");
      Watched.kill(Long.parseLong(before), "KILL");
      ask(child, "await web RUNNING " + before);
      endsWell(child);
    }
  }

  @Test
  void whatDiesIsRetriedUntilTheHelperIsBack() throws Exception {
    jdk.addSpawnHelper();
    try (JavaProcess child = start("exec", "jdk")) {
      child.awaitLine("up");
      String other = ask(child, "pid other");
      String before = ask(child, "pid web");
      jdk.removeSpawnHelper();
      Watched.kill(Long.parseLong(before), "KILL");
      assertThat(ask(child, "retries web 3 " + folder.resolve("mark")))
          .contains("lib/jspawnhelper is gone", REMEDY);
      jdk.addSpawnHelper();
      ask(child, "await web RUNNING");
      assertThat(ask(child, "pid other")).as(child::toString).isEqualTo(other);
      endsWell(child);
    }
    assertThat(Files.exists(folder.resolve("mark"))).isTrue();
  }

  @Test
  void whatRunsIsNotReplacedBecauseItCannotBeChecked() throws Exception {
    jdk.addSpawnHelper();
    try (JavaProcess child = start("exec", "jdk")) {
      child.awaitLine("up");
      String other = ask(child, "pid other");
      jdk.removeSpawnHelper();
      Eventually.holds(
          child::toString, () -> child.err().contains("cannot be checked") || died(other));
      jdk.addSpawnHelper();
      ask(child, "await other RUNNING");
      assertThat(ask(child, "pid other")).as(child::toString).isEqualTo(other);
      endsWell(child);
    }
  }

  private static boolean died(String pid) {
    return !Watched.isAlive(Long.parseLong(pid));
  }
}
