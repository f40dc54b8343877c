package io.luhproc.service;

import static io.luhproc.testing.InvalidArguments.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Order of dependent services, and rejection of invalid dependencies. */
class DependencyGraphTest {

  private static ServiceSpec.Builder service(String name) {
    return ServiceSpec.named(name).process(ProcessSpec.shell("main", "sleep 60"));
  }

  private static DependencyGraph graph(ServiceSpec.Builder... services) {
    return DependencyGraph.of(List.of(services).stream().map(ServiceSpec.Builder::build).toList());
  }

  @Test
  void duplicateServiceNamesAreRejected() {
    assertInvalid(
        "service (shop) must be defined only once", () -> graph(service("shop"), service("shop")));
  }

  @Test
  void unknownServiceNameIsRejectedInEveryDependencyKind() {
    String message = "service (shop) depends on db, which is unknown; add it first or together";
    assertInvalid(message, () -> graph(service("shop").requires("db")));
    assertInvalid(message, () -> graph(service("shop").after("db")));
    assertInvalid(message, () -> graph(service("shop").wants("db")));
    assertInvalid(message, () -> graph(service("shop").conflicts("db")));
  }

  @Test
  void dependencyOnItselfIsRejected() {
    assertInvalid(
        "service (shop) must not depend on itself or conflict with itself",
        () -> graph(service("shop").conflicts("shop")));
    assertInvalid("must not depend on itself", () -> graph(service("shop").requires("shop")));
    assertInvalid("must not depend on itself", () -> graph(service("shop").wants("shop")));
  }

  @Test
  void cycleOfThreeIsListedInMessage() {
    assertInvalid(
        "dependencies must not form a cycle: shop -> db -> disk -> shop; remove one 'after' or"
            + " 'requires' from it",
        () ->
            graph(
                service("shop").requires("db"),
                service("db").after("disk"),
                service("disk").requires("shop")));
  }

  @Test
  void cycleInMessageExcludesServicesLeadingToIt() {
    assertInvalid(
        "a cycle: a -> b -> a;",
        () ->
            graph(
                service("front").requires("a"),
                service("a").requires("b"),
                service("b").requires("a")));
  }

  @Test
  void mutualWantsAreNoCycle() {
    DependencyGraph graph = graph(service("a").wants("b"), service("b").wants("a"));
    assertThat(graph.startClosure("a")).containsExactlyInAnyOrder("a", "b");
    assertThat(graph.startOrder()).containsExactly("a", "b");
  }

  @Test
  void startOrderFollowsDependencies() {
    DependencyGraph graph =
        graph(
            service("web").requires("app").wants("mail"),
            service("mail"),
            service("app").requires("db").after("cache"),
            service("cache"),
            service("db"));
    assertThat(graph.startOrder()).containsExactly("cache", "db", "app", "web", "mail");
    assertThat(graph.startClosure("web")).containsExactly("db", "app", "web", "mail");
    assertThat(graph.stopClosure("db")).containsExactly("db", "app", "web");
    assertThat(graph.stopClosure("cache")).containsExactly("cache");
    assertThat(graph.dependents("app")).containsExactly("web");
  }

  @Test
  void conflictAppliesInBothDirections() {
    DependencyGraph graph = graph(service("new").conflicts("old"), service("old"));
    assertThat(graph.conflicts("old")).containsExactly("new");
    assertThat(graph.conflicts("new")).containsExactly("old");
    assertThat(graph.affectedBy("old")).containsExactly("new");
  }

  @Test
  void requiringTwoConflictingServicesIsRejected() {
    assertInvalid(
        "service (web) must not require both",
        () ->
            graph(
                service("web").requires("app", "old"),
                service("app").requires("new"),
                service("new").conflicts("old"),
                service("old")));
  }

  @Test
  void lookupOfUnknownServiceIsRejected() {
    assertInvalid("service (shop) must be in the graph", () -> graph().dependenciesOf("shop"));
  }

  @Test
  void chainOfThousandServicesIsOrdered() {
    ServiceSpec.Builder[] chain =
        IntStream.range(0, 1000)
            .mapToObj(i -> i == 999 ? service("s999") : service("s" + i).requires("s" + (i + 1)))
            .toArray(ServiceSpec.Builder[]::new);
    DependencyGraph graph = graph(chain);
    assertThat(graph.startOrder()).hasSize(1000).startsWith("s999").endsWith("s0");
    assertThat(graph.stopClosure("s999")).hasSize(1000);
  }
}
