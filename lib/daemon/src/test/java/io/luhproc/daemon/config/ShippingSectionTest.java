package io.luhproc.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippingSectionTest {
  @TempDir Path folder;
  private ConfigFolder files;

  @BeforeEach
  void createFiles() {
    files = new ConfigFolder(folder);
    files.environment(Map.of("TOKEN", "s3cret"));
  }

  @Test
  void allKeysAreRead() {
    DaemonConfig config =
        files.loadText(
            """
            [shipping]
            url = "https://logs.example.com:4318/v1/logs?x=1"
            format = "otlp"
            headers = { Authorization = "Bearer ${TOKEN}", X-Scope = "me" }
            batch_lines = 500
            batch_time = "2s"
            services = ["web-*", "db"]
            multiline = true
            mask = ["password=(\\\\S+)"]
            rejected = "drop"
            trusted_certificates = "ca.pem"
            """);

    assertThat(config.shipping())
        .contains(
            new ShippingConfig(
                URI.create("https://logs.example.com:4318/v1/logs?x=1"),
                ShippingConfig.Format.OTLP,
                Map.of("Authorization", "Bearer s3cret", "X-Scope", "me"),
                500,
                Duration.ofSeconds(2),
                List.of("web-*", "db"),
                true,
                List.of("password=(\\S+)"),
                ShippingConfig.Rejected.DROP,
                Optional.of(folder.resolve("ca.pem"))));
    assertThat(config.shipping().orElseThrow().toString())
        .isEqualTo("OTLP to https://logs.example.com:4318/v1/logs");
  }

  @Test
  void onlyUrlIsNeeded() {
    ShippingConfig config =
        files.loadText("[shipping]\nurl = 'http://localhost:8686'\n").shipping().orElseThrow();

    assertThat(config.format()).isEqualTo(ShippingConfig.Format.NDJSON);
    assertThat(config.batchLines()).isEqualTo(100);
    assertThat(config.batchTime()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.services()).containsExactly("*");
    assertThat(config.rejected()).isEqualTo(ShippingConfig.Rejected.RETRY);
  }

  @Test
  void trustedCertificatesNeedHttps() {
    assertThat(
            files.errorsOfText(
                "[shipping]\nurl = 'http://localhost:1/'\ntrusted_certificates = 'ca.pem'"))
        .containsExactly(
            "a.toml:1:1: [shipping]: trusted_certificates needs a url that begins with https");
  }

  @Test
  void mistakesAreReportedTogether() {
    assertThat(
            files.errorsOfText(
                """
                [shipping]
                format = "xml"
                headers = { "Content-Length" = "5", B = "a\\nb${TOKEN}" }
                services = ["{a"]
                mask = ["(x"]
                batch_liens = 5
                """))
        .containsExactly(
            "a.toml:1:1: [shipping] must have a url, such as \"http://localhost:8686/\"",
            "a.toml:2:1: format (xml) must be one of ndjson, otlp",
            "a.toml:3:1: headers.Content-Length: the name or the value cannot be set in a request",
            "a.toml:3:1: headers.B: the name or the value cannot be set in a request",
            "a.toml:4:1: services: pattern ({a) is no valid glob pattern",
            "a.toml:5:1: mask: pattern ((x) is invalid: Unclosed group",
            "a.toml:6:1: key batch_liens of [shipping] is unknown; did you mean batch_lines?");
  }

  @Test
  void urlMustBeHttpWithoutCredentials() {
    assertThat(files.errorsOfText("[shipping]\nurl = 'ftp://host/'"))
        .containsExactly("a.toml:2:1: url: the URL must begin with http://HOST or https://HOST");
    assertThat(files.errorsOfText("[shipping]\nurl = 'http://me:${TOKEN}@host/'"))
        .containsExactly(
            "a.toml:2:1: url: the URL must not have credentials; set headers = { Authorization ="
                + " \"..\" }");
    assertThat(files.errorsOfText("[shipping]\nurl = 'http://a b/'"))
        .hasSize(1)
        .noneMatch(it -> it.contains("a b"));
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThat(files.errorsOfText("[shipping]\nurl = 'http://h'\nbatch_lines = 0"))
        .containsExactly("a.toml:1:1: [shipping]: batch_lines (0) must be from 1 to 10000");
    assertThat(files.errorsOfText("[shipping]\nurl = 'http://h'\nbatch_time = '2h'"))
        .containsExactly("a.toml:1:1: [shipping]: batch_time (PT2H) must be from 10ms to 1h");
  }

  @Test
  void headersAreMaskedWhenShown() {
    Path file = files.write("a.toml", "[shipping]\nurl = 'http://h'\nheaders = { A = 'plain' }\n");

    assertThat(ConfigLoader.withEnvironment(Map.of()).show(file, false))
        .contains("A = \"***\"")
        .doesNotContain("plain");
  }
}
