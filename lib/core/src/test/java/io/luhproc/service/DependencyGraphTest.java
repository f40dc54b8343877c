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
  void twoServicesOfOneNameAreRefused() {
    Refused.with(
        "service (shop) must be there once only", () -> graph(service("shop"), service("shop")));
  }

  @Test
  void anUnknownNameIsRefusedWhereverItStands() {
    String message = "service (shop) names db, which is not there; add it first or together";
    Refused.with(message, () -> graph(service("shop").requires("db")));
    Refused.with(message, () -> graph(service("shop").after("db")));
    Refused.with(message, () -> graph(service("shop").wants("db")));
    Refused.with(message, () -> graph(service("shop").conflicts("db")));
  }

  @Test
  void aConflictWithItselfIsRefused() {
    Refused.with(
        "service (shop) must not depend on itself or be in conflict with itself",
        () -> graph(service("shop").conflicts("shop")));
    Refused.with("must not depend on itself", () -> graph(service("shop").requires("shop")));
    Refused.with("must not depend on itself", () -> graph(service("shop").wants("shop")));
  }

  @Test
  void aCycleOfThreeIsSpelledOut() {
    Refused.with(
        "services must not wait for each other: shop -> db -> disk -> shop; take one 'after' or"
            + " 'requires' of these out",
        () ->
            graph(
                service("shop").requires("db"),
                service("db").after("disk"),
                service("disk").requires("shop")));
  }

  @Test
  void aCycleIsSpelledOutWithoutWhatOnlyLeadsToIt() {
    Refused.with(
        "each other: a -> b -> a;",
        () ->
            graph(
                service("front").requires("a"),
                service("a").requires("b"),
                service("b").requires("a")));
  }

  @Test
  void whoOnlyWantsEachOtherIsNoCycle() {
    DependencyGraph graph = graph(service("a").wants("b"), service("b").wants("a"));
    assertThat(graph.startedWith("a")).containsExactlyInAnyOrder("a", "b");
    assertThat(graph.order()).containsExactly("a", "b");
  }

  @Test
  void eachComesAfterThoseThatItWaitsFor() {
    DependencyGraph graph =
        graph(
            service("web").requires("app").wants("mail"),
            service("mail"),
            service("app").requires("db").after("cache"),
            service("cache"),
            service("db"));
    assertThat(graph.order()).containsExactly("cache", "db", "app", "web", "mail");
    assertThat(graph.startedWith("web")).containsExactly("db", "app", "web", "mail");
    assertThat(graph.stoppedWith("db")).containsExactly("db", "app", "web");
    assertThat(graph.stoppedWith("cache")).containsExactly("cache");
    assertThat(graph.dependents("app")).containsExactly("web");
  }

  @Test
  void aConflictHoldsBothWays() {
    DependencyGraph graph = graph(service("new").conflicts("old"), service("old"));
    assertThat(graph.conflicts("old")).containsExactly("new");
    assertThat(graph.conflicts("new")).containsExactly("old");
    assertThat(graph.neighbours("old")).containsExactly("new");
  }

  @Test
  void whoNeedsTwoThatAreInConflictIsRefused() {
    Refused.with(
        "service (web) must not need both",
        () ->
            graph(
                service("web").requires("app", "old"),
                service("app").requires("new"),
                service("new").conflicts("old"),
                service("old")));
  }

  @Test
  void aServiceThatIsNotThereIsNotAskedFor() {
    Refused.with("service (shop) must be in the graph", () -> graph().of("shop"));
  }

  @Test
  void aChainOfAThousandIsOrdered() {
    ServiceSpec.Builder[] chain =
        IntStream.range(0, 1000)
            .mapToObj(
                it -> it == 999 ? service("s999") : service("s" + it).requires("s" + (it + 1)))
            .toArray(ServiceSpec.Builder[]::new);
    DependencyGraph graph = graph(chain);
    assertThat(graph.order()).hasSize(1000).startsWith("s999").endsWith("s0");
    assertThat(graph.stoppedWith("s999")).hasSize(1000);
  }
}
