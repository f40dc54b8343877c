package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.LuhprocException;
import io.luhproc.posix.Posix;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.NothingLeft;
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

/** Many trees of real processes, stopped at once by one thread. */
@Tag("process")
@ExtendWith(NothingLeft.class)
class TreeStopsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int TREES = 200;

  @TempDir Path folder;
  private final List<RealTree> trees = new ArrayList<>();
  private final CountingTable table = new CountingTable(ProcessTable.system());
  private TreeStops stops;

  @BeforeEach
  void start() {
    stops = TreeStops.start(table, Posix.lazy(), TimeSource.system());
  }

  @AfterEach
  void close() {
    stops.close();
    trees.forEach(RealTree::close);
  }

  private RealTree tree(String name) throws IOException {
    RealTree tree = new RealTree(Files.createDirectories(folder.resolve(name)));
    trees.add(tree);
    return tree;
  }

  private static TreeRequest request(RealTree tree, Duration grace) {
    TreeScope scope = TreeScope.of(tree.directory, Optional.empty());
    return new TreeRequest(scope, Signal.TERM, grace, PATIENCE);
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** One in four ignores TERM, one in four leaves a daemon in a session of its own behind. */
  private static String script(int number) {
    return switch (number % 4) {
      case 0 -> "trap '' TERM; sleep 300 & here up; wait; sleep 300";
      case 1 -> "(setsid sh -c \"$PROLOGUE here up; exec sleep 300\" &) ; exit 0";
      case 2 -> "sleep 300 & here up; wait";
      default -> "here up; exec sleep 300";
    };
  }

  @Test
  void twoHundredTreesAreStoppedByFewLooks() throws Exception {
    for (int i = 0; i < TREES; i++) {
      tree("tree-" + i).launch(script(i));
    }
    trees.forEach(tree -> tree.awaitWord("up"));
    List<CompletableFuture<TreeOutcome>> outcomes = new ArrayList<>();
    for (RealTree tree : trees) {
      outcomes.add(stops.stop(request(tree, Duration.ofSeconds(2))));
    }
    for (int i = 0; i < TREES; i++) {
      TreeOutcome outcome = get(outcomes.get(i));
      assertThat(outcome.found()).isTrue();
      assertThat(outcome.alive()).isEmpty();
      assertThat(outcome.killed()).as("tree %s", i).isEqualTo(i % 4 == 0);
    }
    // One by one they would take 450: two for each, three for who ignores TERM.
    assertThat(table.looks()).isBetween(3, TREES / 2);
    assertThat(carriersOfAny()).isEmpty();
  }

  private List<String> carriersOfAny() {
    ProcessTable system = ProcessTable.system();
    return system.all().stream()
        .filter(entry -> !entry.isDead())
        .map(entry -> system.environment(entry.pid(), Cookie.VARIABLE).orElse(""))
        .filter(cookie -> cookie.startsWith(folder.toString()))
        .toList();
  }

  @Test
  void aSweepOfNothingIsOneLook() throws Exception {
    TreeOutcome outcome = get(stops.stop(request(tree("empty"), Duration.ofSeconds(1))));
    assertThat(outcome).isEqualTo(new TreeOutcome(false, false, List.of()));
    assertThat(table.looks()).isEqualTo(1);
  }

  @Test
  void aDaemonThatARootLeftBehindIsFoundAndEnded() throws Exception {
    RealTree tree = tree("daemon");
    tree.launch("(setsid sh -c \"$PROLOGUE here daemon; exec sleep 300\" &) ; exit 0");
    ProcessIdentity daemon = tree.await("daemon");
    TreeOutcome outcome = get(stops.stop(request(tree, Duration.ofSeconds(10))));
    assertThat(outcome).isEqualTo(new TreeOutcome(true, false, List.of()));
    assertThat(tree.lives(daemon)).isFalse();
  }

  @Test
  void whoWasSeenBeforeItsExecIsFoundAfterIt() throws Exception {
    RealTree tree = tree("late");
    RealTree other = tree("other");
    other.launch(
        "here before; while [ ! -e \"$TREE/go\" ]; do sleep 0.02; done;"
            + " exec env LUHPROC_DIR='%s' sleep 300".formatted(tree.directory));
    ProcessIdentity who = other.await("before");
    assertThat(get(stops.stop(request(tree, Duration.ofSeconds(5)))).found()).isFalse();
    Files.createFile(other.directory.resolve("go"));
    Eventually.holds("it has the other cookie", () -> !tree.carriers().isEmpty());
    assertThat(get(stops.stop(request(tree, Duration.ofSeconds(5)))).found()).isTrue();
    assertThat(tree.lives(who)).isFalse();
  }

  @Test
  void aSignalReachesAllOfATreeAndNobodyElse() throws Exception {
    RealTree tree = tree("signalled");
    RealTree other = tree("other");
    String script =
        "sh -c \"$PROLOGUE trap 'here child-got; exit 0' USR1; here child;"
            + " while :; do sleep 0.02; done\" &\n"
            + "trap 'here got' USR1; here up; while :; do sleep 0.02; done";
    tree.launch(script);
    other.launch(script);
    for (RealTree one : List.of(tree, other)) {
      one.awaitWord("up");
      one.awaitWord("child");
    }
    TreeScope scope = TreeScope.of(tree.directory, Optional.empty());
    assertThat(get(stops.signal(scope, Signal.USR1))).isEmpty();
    tree.awaitWord("got");
    tree.awaitWord("child-got");
    assertThat(other.directory.resolve("got.pid")).doesNotExist();
  }

  @Test
  void aSignalReachesExactlyTheProcessThatIsMeant() throws Exception {
    RealTree tree = tree("one");
    ProcessIdentity who = tree.start("exec sleep 300");
    ProcessIdentity before = new ProcessIdentity(who.pid(), who.startTicks() - 1, who.bootId());
    assertThat(get(stops.signal(before, Signal.KILL))).isFalse();
    assertThat(tree.lives(who)).isTrue();
    assertThat(get(stops.signal(who, Signal.KILL))).isTrue();
    Eventually.holds("it is gone", () -> !tree.lives(who));
    assertThat(get(stops.signal(who, Signal.KILL))).isFalse();
  }

  @Test
  void aSignalThatMayNotBeSentIsTold() throws Exception {
    ProcessIdentity who = tree("one").start("exec sleep 300");
    try (TreeStops powerless =
        TreeStops.start(ProcessTable.system(), new RefusingPosix(), TimeSource.system())) {
      assertThatThrownBy(() -> get(powerless.signal(who, Signal.HUP)))
          .hasMessageContaining("cannot send HUP to process " + who.pid());
    }
  }

  @Test
  void whoOfATreeMayNotBeSignalledIsTold() throws Exception {
    RealTree tree = tree("one");
    ProcessIdentity who = tree.start("exec sleep 300");
    TreeScope scope = TreeScope.of(tree.directory, Optional.of(who));
    try (TreeStops powerless =
        TreeStops.start(ProcessTable.system(), new RefusingPosix(), TimeSource.system())) {
      assertThat(get(powerless.signal(scope, Signal.STOP)))
          .singleElement()
          .asString()
          .startsWith("cannot send STOP to process " + who.pid() + " (sleep): ");
    }
  }

  @Test
  void thisJvmIsNotSignalled() {
    ProcessIdentity self = table.identify(table.self()).orElseThrow();
    assertThatThrownBy(() -> stops.signal(self, Signal.KILL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not be this JVM");
  }

  @Test
  void aCloseFailsWhatIsNotYetAnsweredAndWhatComesLater() throws Exception {
    RealTree tree = tree("stubborn");
    ProcessIdentity root = tree.start("trap '' TERM; here up; while :; do sleep 0.1; done");
    tree.await("up");
    CompletableFuture<TreeOutcome> pending = stops.stop(request(tree, PATIENCE));
    Eventually.holds("it has looked", () -> table.looks() > 0);
    stops.close();
    stops.close();
    for (CompletableFuture<TreeOutcome> one :
        List.of(pending, stops.stop(request(tree, PATIENCE)))) {
      assertThat(one)
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .withCauseInstanceOf(LuhprocException.class)
          .withMessageContaining("cannot stop the tree of " + tree.directory)
          .withMessageContaining("was closed");
    }
    assertThat(stops.signal(root, Signal.TERM)).isCompletedExceptionally();
    assertThat(tree.lives(root)).isTrue();
  }
}
