package io.luhproc.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.LuhprocException;
import io.luhproc.posix.Posix;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests {@link TreeStopService} with trees of real processes. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class TreeStopServiceTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int TREES = 200;
  private static final int SHELLS = 60;

  @TempDir Path folder;
  private final List<RealProcessTree> trees = new ArrayList<>();
  private final CountingProcessTable table = new CountingProcessTable(ProcessTable.system());
  private TreeStopService service;

  @BeforeEach
  void start() {
    service = TreeStopService.start(table, Posix.lazy(), TimeSource.system());
  }

  @AfterEach
  void close() {
    service.close();
    trees.forEach(RealProcessTree::close);
  }

  private RealProcessTree tree(String name) throws IOException {
    return tree(name, Optional.empty());
  }

  private RealProcessTree tree(String name, Optional<LimitMarker> limitMarker) throws IOException {
    Path directory = Files.createDirectories(folder.resolve(name));
    RealProcessTree tree = new RealProcessTree(directory, limitMarker);
    trees.add(tree);
    return tree;
  }

  private static StopTreeRequest request(RealProcessTree tree, Duration grace) {
    TreeScope scope = TreeScope.of(tree.directory, Optional.empty());
    return new StopTreeRequest(scope, Signal.TERM, grace, TIMEOUT);
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  /** One in four trees ignores TERM, one in four leaves a daemon in its own session. */
  private static String script(int number) {
    return switch (number % 4) {
      case 0 -> "trap '' TERM; sleep 300 & here up; wait; sleep 300";
      case 1 -> "(setsid sh -c \"$PROLOGUE here up; exec sleep 300\" &) ; exit 0";
      case 2 -> "sleep 300 & here up; wait";
      default -> "here up; exec sleep 300";
    };
  }

  @Test
  void twoHundredTreesAreStoppedWithFewScans() throws Exception {
    for (int i = 0; i < TREES; i++) {
      tree("tree-" + i).launch(script(i));
    }
    trees.forEach(tree -> tree.awaitPidFile("up"));
    List<CompletableFuture<StopTreeResult>> results = new ArrayList<>();
    for (RealProcessTree tree : trees) {
      results.add(service.stop(request(tree, Duration.ofSeconds(2))));
    }
    for (int i = 0; i < TREES; i++) {
      StopTreeResult result = get(results.get(i));
      assertThat(result.found()).isTrue();
      assertThat(result.alive()).isEmpty();
      assertThat(result.killed()).as("tree %s", i).isEqualTo(i % 4 == 0);
    }
    // Separate stops would take 450 scans: two per tree, three per tree that ignores TERM.
    assertThat(table.scans()).isBetween(3, TREES / 2);
    assertThat(liveMarkersOfAllTrees()).isEmpty();
  }

  @Test
  void twoHundredTreesWithLimitMarkerAreStopped() throws Exception {
    List<ProcessIdentity> roots = new ArrayList<>();
    for (int i = 0; i < TREES; i++) {
      roots.add(tree("tree-" + i, limitMarker(i)).launchRoot(script(i)));
    }
    trees.forEach(tree -> tree.awaitPidFile("up"));
    List<CompletableFuture<StopTreeResult>> results = new ArrayList<>();
    for (int i = 0; i < TREES; i++) {
      Optional<ProcessIdentity> root = Optional.of(roots.get(i));
      results.add(service.stop(trees.get(i).request(root, Duration.ofSeconds(2))));
    }
    for (int i = 0; i < TREES; i++) {
      StopTreeResult result = get(results.get(i));
      assertThat(result.found()).isTrue();
      assertThat(result.alive()).isEmpty();
      assertThat(result.killed()).as("tree %s", i).isEqualTo(i % 4 == 0);
    }
    // One to fill the index, and others for trees that forked after the first SIGKILL.
    assertThat(table.scans()).isBetween(1, TREES / 10);
    assertThat(liveMarkersOfAllTrees()).isEmpty();
  }

  private Optional<LimitMarker> limitMarker(int number) {
    return Optional.of(LimitMarker.fromRandomBits(folder.hashCode() * 1000L + number));
  }

  private List<String> liveMarkersOfAllTrees() {
    ProcessTable system = ProcessTable.system();
    return system.all().stream()
        .filter(process -> !process.isDead())
        .map(process -> system.environmentVariable(process.pid(), TreeMarker.VARIABLE).orElse(""))
        .filter(marker -> marker.startsWith(folder.toString()))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void processIsFoundAfterExecWithNewMarkers(boolean withLimit) throws Exception {
    RealProcessTree tree = tree("late", withLimit ? limitMarker(0) : Optional.empty());
    RealProcessTree other = tree("other");
    other.launch(
        "here before; while [ ! -e \"$TREE/go\" ]; do sleep 0.02; done;"
            + (withLimit ? RealProcessTree.setLimit(limitMarker(0).orElseThrow()) : "")
            + " exec env LUHPROC_DIR='%s' sleep 300".formatted(tree.directory));
    ProcessIdentity identity = other.awaitIdentity("before");
    RealProcessTree indexed = tree("indexed", limitMarker(1));
    Optional<ProcessIdentity> indexedRoot = Optional.of(indexed.startSleep());
    StopTreeRequest byIndex = indexed.request(indexedRoot, Duration.ofSeconds(5));
    assertThat(get(service.stop(byIndex)).found()).isTrue();
    StopTreeRequest rootless = tree.request(Optional.empty(), Duration.ofSeconds(5));
    assertThat(get(service.stop(rootless)).found()).isFalse();
    Files.createFile(other.directory.resolve("go"));
    Eventually.holds(
        "the process carries the marker of the tree", () -> !tree.liveMarked().isEmpty());
    assertThat(get(service.stop(rootless)).found()).isTrue();
    assertThat(tree.isAlive(identity)).isFalse();
  }

  @Test
  void signalReachesOnlyMembersOfTree() throws Exception {
    RealProcessTree tree = tree("signalled");
    RealProcessTree other = tree("other");
    String script =
        "sh -c \"$PROLOGUE trap 'here child-got; exit 0' USR1; here child;"
            + " while :; do sleep 0.02; done\" &\n"
            + "trap 'here got' USR1; here up; while :; do sleep 0.02; done";
    tree.launch(script);
    other.launch(script);
    for (RealProcessTree one : List.of(tree, other)) {
      one.awaitPidFile("up");
      one.awaitPidFile("child");
    }
    TreeScope scope = TreeScope.of(tree.directory, Optional.empty());
    assertThat(get(service.signal(scope, Signal.USR1))).isEmpty();
    tree.awaitPidFile("got");
    tree.awaitPidFile("child-got");
    assertThat(other.directory.resolve("got.pid")).doesNotExist();
  }

  /**
   * Shells that launch programs in a loop: in some, the child is stopped before it executes its
   * program, and its parent waits for it in vfork(2).
   */
  @Test
  void shellsInVforkArePausedResumedAndStopped() throws Exception {
    RealProcessTree tree = tree("shells");
    String loop = "sh -c \"$PROLOGUE here up$i; while :; do /bin/true; done\" &\n";
    tree.launch("for i in $(seq " + SHELLS + "); do\n" + loop + "done\nwait");
    for (int i = 1; i <= SHELLS; i++) {
      tree.awaitPidFile("up" + i);
    }
    TreeScope scope = TreeScope.of(tree.directory, Optional.empty());

    assertThat(get(service.signal(scope, Signal.STOP))).isEmpty();
    assertThat(get(service.signal(scope, Signal.CONT))).isEmpty();
    assertThat(get(service.signal(scope, Signal.STOP))).isEmpty();
    StopTreeResult result = get(service.stop(request(tree, TIMEOUT)));

    assertThat(result.alive()).isEmpty();
    assertThat(result.killed()).isFalse();
  }

  @Test
  void signalReachesOnlyMatchingIdentity() throws Exception {
    RealProcessTree tree = tree("one");
    ProcessIdentity identity = tree.startSleep();
    ProcessIdentity before =
        new ProcessIdentity(identity.pid(), identity.startTicks() - 1, identity.bootId());
    assertThat(get(service.signal(before, Signal.KILL))).isFalse();
    assertThat(tree.isAlive(identity)).isTrue();
    assertThat(get(service.signal(identity, Signal.KILL))).isTrue();
    Eventually.holds("the process has exited", () -> !tree.isAlive(identity));
    assertThat(get(service.signal(identity, Signal.KILL))).isFalse();
  }

  @Test
  void deniedSignalToProcessFails() throws Exception {
    ProcessIdentity identity = tree("one").startSleep();
    try (TreeStopService unprivileged =
        TreeStopService.start(
            ProcessTable.system(), new PermissionDeniedPosix(), TimeSource.system())) {
      assertThatThrownBy(() -> get(unprivileged.signal(identity, Signal.HUP)))
          .hasMessageContaining("cannot send HUP to process " + identity.pid());
    }
  }

  @Test
  void deniedSignalToMemberIsReported() throws Exception {
    RealProcessTree tree = tree("one");
    ProcessIdentity identity = tree.startSleep();
    TreeScope scope = TreeScope.of(tree.directory, Optional.of(identity));
    try (TreeStopService unprivileged =
        TreeStopService.start(
            ProcessTable.system(), new PermissionDeniedPosix(), TimeSource.system())) {
      assertThat(get(unprivileged.signal(scope, Signal.STOP)))
          .singleElement()
          .asString()
          .startsWith("cannot send STOP to process " + identity.pid() + " (sleep): ");
    }
  }

  @Test
  void currentJvmIsNotSignalled() {
    ProcessIdentity current = table.identify(table.currentPid()).orElseThrow();
    assertThatThrownBy(() -> service.signal(current, Signal.KILL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not be this JVM");
  }

  @Test
  void closeFailsPendingAndLaterRequests() throws Exception {
    RealProcessTree tree = tree("stubborn");
    ProcessIdentity root = tree.start("trap '' TERM; here up; while :; do sleep 0.1; done");
    tree.awaitIdentity("up");
    CompletableFuture<StopTreeResult> pending = service.stop(request(tree, TIMEOUT));
    Eventually.holds("the first scan has run", () -> table.scans() > 0);
    service.close();
    service.close();
    for (CompletableFuture<StopTreeResult> one :
        List.of(pending, service.stop(request(tree, TIMEOUT)))) {
      assertThat(one)
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .withCauseInstanceOf(LuhprocException.class)
          .withMessageContaining("cannot stop the process tree of " + tree.directory)
          .withMessageContaining("the service was closed");
    }
    assertThat(service.signal(root, Signal.TERM)).isCompletedExceptionally();
    assertThat(tree.isAlive(root)).isTrue();
  }
}
