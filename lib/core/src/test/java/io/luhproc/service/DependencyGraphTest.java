package io.luhproc.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How services depend on each other, and which sets of them are refused. */
class DependencyGraphTest {

  private static ServiceSpec.Builder service(String name) {
    return ServiceSpec.named(name).process(ProcessSpec.shell("main", "sleep 60"));
  }

  private static DependencyGraph graph(ServiceSpec.Builder... services) {
    return DependencyGraph.of(List.of(services).stream().map(ServiceSpec.Builder::build).toList());
  }

  @Test
  void duplicateServiceNamesAreRejected() {
    InvalidArguments.assertInvalid(
        "service (shop) must be there once only", () -> graph(service("shop"), service("shop")));
  }

  @Test
  void unknownServiceNameIsRejectedInEveryDependencyKind() {
    String message = "service (shop) names db, which is not there; add it first or together";
    InvalidArguments.assertInvalid(message, () -> graph(service("shop").requires("db")));
    InvalidArguments.assertInvalid(message, () -> graph(service("shop").after("db")));
    InvalidArguments.assertInvalid(message, () -> graph(service("shop").wants("db")));
    InvalidArguments.assertInvalid(message, () -> graph(service("shop").conflicts("db")));
  }

  @Test
  void dependencyOnItselfIsRejected() {
    InvalidArguments.assertInvalid(
        "service (shop) must not depend on itself or be in conflict with itself",
        () -> graph(service("shop").conflicts("shop")));
    InvalidArguments.assertInvalid(
        "must not depend on itself", () -> graph(service("shop").requires("shop")));
    InvalidArguments.assertInvalid(
        "must not depend on itself", () -> graph(service("shop").wants("shop")));
  }

  @Test
  void cycleOfThreeIsListedInMessage() {
    InvalidArguments.assertInvalid(
        "services must not wait for each other: shop -> db -> disk -> shop; take one 'after' or"
            + " 'requires' of these out",
        () ->
            graph(
                service("shop").requires("db"),
                service("db").after("disk"),
                service("disk").requires("shop")));
  }

  @Test
  void cycleInMessageExcludesServicesLeadingToIt() {
    InvalidArguments.assertInvalid(
        "each other: a -> b -> a;",
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
    InvalidArguments.assertInvalid(
        "service (web) must not need both",
        () ->
            graph(
                service("web").requires("app", "old"),
                service("app").requires("new"),
                service("new").conflicts("old"),
                service("old")));
  }

  @Test
  void lookupOfUnknownServiceIsRejected() {
    InvalidArguments.assertInvalid("service (shop) must be in the graph", () -> graph().of("shop"));
  }

  @Test
  void chainOfThousandServicesIsOrdered() {
    ServiceSpec.Builder[] chain =
        IntStream.range(0, 1000)
            .mapToObj(
                it -> it == 999 ? service("s999") : service("s" + it).requires("s" + (it + 1)))
            .toArray(ServiceSpec.Builder[]::new);
    DependencyGraph graph = graph(chain);
    assertThat(graph.startOrder()).hasSize(1000).startsWith("s999").endsWith("s0");
    assertThat(graph.stopClosure("s999")).hasSize(1000);
  }
}
