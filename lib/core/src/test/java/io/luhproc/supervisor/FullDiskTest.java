package io.luhproc.supervisor;

import static io.luhproc.supervisor.SupervisesUnderPressure.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A supervisor whose directory is on a disk of its own, in a private namespace, that gets full. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class FullDiskTest {
  private static final String[] PRIVATE = {"unshare", "--mount", "--propagation", "private"};
  private static final String REMEDY = "see that its disk is not full";

  @TempDir private Path folder;
  private Path disk;

  @BeforeEach
  void makeDisk() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    List<String> tried = new ArrayList<>(List.of(PRIVATE));
    tried.addAll(List.of("mount", "-t", "tmpfs", "none", disk.toString()));
    assumeThat(status(tried)).as("may mount in a namespace of its own").isZero();
  }

  private static int status(List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor();
    } catch (IOException expected) {
      // There is no unshare(1).
      return -1;
    }
  }

  /** With disk blocks for the first launches and few inodes; nobody else sees it. */
  private JavaProcess start(String... options) throws IOException {
    String mount = "mount -t tmpfs -o size=256k,mode=755 none " + disk + " && exec \"$@\"";
    List<String> wrapper = new ArrayList<>(List.of(PRIVATE));
    wrapper.addAll(List.of("sh", "-c", mount, "sh"));
    Object[] arguments = new Object[options.length + 1];
    arguments[0] = disk.resolve("services");
    System.arraycopy(options, 0, arguments, 1, options.length);
    return JavaProcess.of(SupervisesUnderPressure.class, arguments)
        .wrappedBy(wrapper.toArray(String[]::new))
        .start(folder);
  }

  private static void endsWell(JavaProcess child) throws Exception {
    child.writeLine("stop");
    assertThat(child.awaitExit()).as(child::toString).isZero();
    child.awaitLine("ended");
  }

  private void assertNoDoubles(JavaProcess child) throws IOException {
    List<Long> two =
        List.of(Long.valueOf(ask(child, "pid web")), Long.valueOf(ask(child, "pid other")));
    assertThat(Carriers.under(disk)).containsAll(two);
    // A check may be under way.
    Eventually.holds(child::toString, () -> Carriers.under(disk).size() == 2);
  }

  private String fill(JavaProcess child) throws IOException {
    return ask(child, "write " + disk.resolve("filler"));
  }

  private void makeRoom(JavaProcess child) throws IOException {
    ask(child, "delete " + disk.resolve("filler"));
  }

  @Test
  void startOnAFullDiskSaysWhatToDoAndComesAboutWhenThereIsRoom() throws Exception {
    try (JavaProcess child = start("idle")) {
      assertThat(fill(child)).contains("No space left");
      assertThat(ask(child, "start")).contains(disk.toString(), "No space left", REMEDY);
      ask(child, "retries web 3 " + folder.resolve("mark"));
      makeRoom(child);
      ask(child, "await web RUNNING none");
      ask(child, "await other RUNNING none");
      assertNoDoubles(child);
      endsWell(child);
    }
    assertThat(disk).as("the test's own view of it").isEmptyDirectory();
  }

  @Test
  void whatDiesIsReplacedWhenThereIsRoomAndNobodyElseIsTouched() throws Exception {
    try (JavaProcess child = start("exec")) {
      child.awaitLine("up");
      String other = ask(child, "pid other");
      String before = ask(child, "pid web");
      fill(child);
      Watched.kill(Long.parseLong(before), "KILL");
      assertThat(ask(child, "retries web 3 " + folder.resolve("mark")))
          .contains(disk.toString(), "No space left", REMEDY);
      makeRoom(child);
      ask(child, "await web RUNNING " + before);
      assertThat(ask(child, "pid other")).as(child::toString).isEqualTo(other);
      assertNoDoubles(child);
      endsWell(child);
    }
  }

  @Test
  void stopOnAFullDiskEndsAllAndSoDoesTheSupervisor() throws Exception {
    try (JavaProcess child = start()) {
      child.awaitLine("up");
      List<Long> pids =
          List.of(Long.valueOf(ask(child, "pid web")), Long.valueOf(ask(child, "pid other")));
      fill(child);
      endsWell(child);
      assertThat(pids).noneMatch(Watched::isAlive);
    }
  }

  @Test
  void restartOnAFullDiskIsDoneWhenThereIsRoom() throws Exception {
    try (JavaProcess child = start()) {
      child.awaitLine("up");
      String web = ask(child, "pid web");
      String other = ask(child, "pid other");
      fill(child);
      ask(child, "restart");
      // One of them may get the page that the other one has just given up.
      ask(child, "struggle web " + web);
      makeRoom(child);
      ask(child, "await web RUNNING " + web);
      ask(child, "await other RUNNING " + other);
      assertNoDoubles(child);
      endsWell(child);
      child.awaitLine("restart is done: true");
    }
  }
}
