package io.luhproc.service;

import static io.luhproc.testing.InvalidArguments.assertInvalid;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Validation and defaults of service specifications. */
class ServiceSpecTest {

  private static ProcessSpec.Builder web() {
    return ProcessSpec.shell("web", "sleep 60");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "shop", "Shop-2", "db.main", "getty@tty1", "9lives", "a_b"})
  void validNameIsAccepted(String name) {
    assertThat(ServiceSpec.named(name).process(web()).build().name()).isEqualTo(name);
    assertThat(ProcessSpec.shell(name, "true").build().name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", ".", "..", "../x", "/", "a/b", "-rf", "_x", "@", "a b", "a\n", "a\0b", "ä", "a:b"
      })
  void invalidNameIsRejectedWithNamingRule(String name) {
    String rule = "must have 1 to 64 letters, digits, '-', '_', '.' and '@'";
    assertInvalid(rule, () -> ServiceSpec.named(name).process(web()).build());
    assertInvalid(rule, () -> ProcessSpec.shell(name, "true").build());
    assertInvalid(rule, () -> ServiceSpec.named("shop").process(web()).requires(name).build());
  }

  @Test
  void rejectedNameIsPrintedTruncatedWithoutControlCharacters() {
    assertInvalid(
        "service name (a\uFFFDb) must", () -> ServiceSpec.named("a\nb").process(web()).build());
    assertInvalid(
        "process name (" + "x".repeat(64) + "…) must",
        () -> ProcessSpec.shell("x".repeat(300), "true").build());
  }

  @Test
  void nameLengthIsLimitedTo64Characters() {
    assertThat(ProcessSpec.shell("x".repeat(64), "true").build().name()).hasSize(64);
    assertInvalid("1 to 64 letters", () -> ProcessSpec.shell("x".repeat(65), "true").build());
  }

  @Test
  void serviceWithoutProcessIsRejected() {
    assertInvalid("service (shop) must have a process", () -> ServiceSpec.named("shop").build());
  }

  @Test
  void duplicateProcessNamesAreRejected() {
    assertInvalid(
        "service (shop) must not have two processes named web",
        () -> ServiceSpec.named("shop").process(web()).process(web()).build());
  }

  @Test
  void processNameEqualToReplicaNameIsRejected() {
    assertInvalid(
        "service (shop) must not have two processes named web-2",
        () ->
            ServiceSpec.named("shop")
                .process(web().replicas(2))
                .process(ProcessSpec.shell("web-2", "true"))
                .build());
  }

  @Test
  void invalidVariableNameIsRejected() {
    ServiceSpec.Builder shop = ServiceSpec.named("shop").process(web());
    assertInvalid("variable () must have a name", () -> shop.env("", "x").build());
    assertInvalid(
        "variable (LUHPROC_DIR) must not begin with LUHPROC_, which is reserved",
        () -> ServiceSpec.named("shop").process(web()).env("LUHPROC_DIR", "/").build());
  }

  @Test
  void requiredAndConflictingServiceIsRejected() {
    assertInvalid(
        "conflicts (db) must not contain a service that is also in requires or wants",
        () -> ServiceSpec.named("shop").process(web()).requires("db").conflicts("db").build());
  }

  @Test
  void outOfRangeIntensityIsRejected() {
    ServiceSpec.Builder shop = ServiceSpec.named("shop").process(web());
    assertInvalid("maxRestarts (0) must be at least 1", () -> shop.intensity(0, ofSeconds(1)));
    assertInvalid("period (PT0S) must be at least 1ms", () -> shop.intensity(1, Duration.ZERO));
    assertInvalid("period (PT-1S) must not be", () -> shop.intensity(1, ofSeconds(-1)));
    assertInvalid(
        "must be at most 365d", () -> shop.intensity(1, Duration.ofSeconds(Long.MAX_VALUE)));
  }

  @Test
  void defaultsMatchDocumentation() {
    ServiceSpec shop = ServiceSpec.named("shop").process(web()).build();
    assertThat(shop.directory()).isEmpty();
    assertThat(shop.strategy()).isEqualTo(RestartStrategy.ONE_FOR_ONE);
    assertThat(shop.intensity().isLimited()).isFalse();
    assertThat(shop.autostart()).isTrue();
    assertThat(shop.dependencies()).isEqualTo(Dependencies.none());
  }

  @Test
  void configuredValuesAreKept() {
    ServiceSpec shop =
        ServiceSpec.named("shop")
            .directory(Path.of("/srv"))
            .env("PORT", "80")
            .process(web().replicas(2))
            .after("net")
            .requires("db", "cache")
            .wants("mail")
            .conflicts("old")
            .strategy(RestartStrategy.REST_FOR_ONE)
            .intensity(3, ofSeconds(10))
            .autostart(false)
            .build();
    assertThat(shop.directory()).contains(Path.of("/srv"));
    assertThat(shop.environment()).containsEntry("PORT", "80");
    assertThat(shop.dependencies().requires()).containsExactlyInAnyOrder("db", "cache");
    assertThat(shop.dependencies().after()).containsExactly("net");
    assertThat(shop.dependencies().wants()).containsExactly("mail");
    assertThat(shop.dependencies().conflicts()).containsExactly("old");
    assertThat(shop.strategy()).isEqualTo(RestartStrategy.REST_FOR_ONE);
    assertThat(shop.intensity()).isEqualTo(new RestartIntensity(3, ofSeconds(10)));
    assertThat(shop.autostart()).isFalse();
  }

  @Test
  void laterBuilderChangesDoNotAffectBuiltService() {
    ServiceSpec.Builder builder = ServiceSpec.named("shop").process(web());
    ServiceSpec built = builder.build();
    builder.env("A", "b").process(ProcessSpec.shell("more", "true"));
    assertThat(built.environment()).isEmpty();
    List<ProcessSpec> processes = built.processes();
    assertThat(processes).hasSize(1);
    assertThatThrownBy(() -> processes.add(web().build()))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
