package io.luhproc.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.service.ProgramFixture.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("process")
final class OpenProcessTest {
  private static final String FAKE_OPENER =
      "mkdir -p bin; printf '#!/bin/sh\\necho \"$@\" >opened' >bin/xdg-open; chmod +x bin/xdg-open;"
          + " export PATH=$PWD/bin:$PATH DISPLAY=:9; ";

  @RegisterExtension final ProgramFixture program = new ProgramFixture();

  private int startListening() throws Exception {
    int port = freePort();
    configure(port);
    Result up = program.run("luhproc up");
    assertThat(up.code()).as(up.err()).isZero();
    return port;
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private void configure(int port) throws IOException {
    program.write("luhproc.toml", "[supervisor]\nlisten = \"127.0.0.1:" + port + "\"\n");
  }

  @Test
  void printedAddressHasTheTokenAndWarnsOfIt() throws Exception {
    int port = startListening();
    Result result = program.run("luhproc open --print");
    assertThat(result.err()).contains("contains the token");
    String start = "http://127.0.0.1:" + port + "/#token=";
    assertThat(result.out()).startsWith(start);
    String token = result.out().substring(start.length()).strip();
    HttpResponse<String> logs =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/events"))
                    .header("Authorization", "Bearer " + token)
                    .method("HEAD", HttpRequest.BodyPublishers.noBody())
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(logs.statusCode()).isNotEqualTo(401);
  }

  @Test
  void browserGetsPrivateFileInsteadOfTheToken() throws Exception {
    int port = startListening();
    Result result = program.run(FAKE_OPENER + "luhproc open; ls -A $(dirname $(cat opened))");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).doesNotContain("token=", ".new");
    String argument = Files.readString(program.folder().resolve("opened")).strip();
    Path page = Path.of(argument);
    assertThat(argument).endsWith("/open.html").doesNotContain("#");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(page)))
        .isEqualTo("rw-------");
    String token = Files.readString(page.resolveSibling("http.token")).strip();
    assertThat(Files.readString(page))
        .contains("content=\"0; url=http://127.0.0.1:" + port + "/#token=" + token + "\"")
        .contains("<a href=\"http://127.0.0.1:" + port + "/#token=" + token + "\"");
  }

  @Test
  void addressOfDaemonWithTlsIsHttps() throws Exception {
    writeCertificate();
    int port = freePort();
    program.write(
        "luhproc.toml",
        "[supervisor]\nlisten = \"127.0.0.1:"
            + port
            + "\"\ntls = { certificate = \"server.crt\", key = \"server.key\" }\n");
    Result up = program.run("luhproc up");
    assertThat(up.code()).as(up.err()).isZero();

    assertThat(program.run("luhproc open --print").out())
        .startsWith("https://127.0.0.1:" + port + "/#token=");
  }

  private void writeCertificate() throws Exception {
    Result made =
        program.run(
            "keytool -genkeypair -alias server -keyalg EC -dname CN=localhost"
                + " -ext SAN=dns:localhost,ip:127.0.0.1 -storetype PKCS12 -storepass changeit"
                + " -keystore server.p12");
    assertThat(made.code()).as(made.err()).isZero();
    char[] password = "changeit".toCharArray();
    KeyStore store =
        KeyStore.getInstance(program.folder().resolve("server.p12").toFile(), password);
    program.write("server.crt", pem("CERTIFICATE", store.getCertificate("server").getEncoded()));
    program.write("server.key", pem("PRIVATE KEY", store.getKey("server", password).getEncoded()));
    Path ignored =
        Files.setPosixFilePermissions(
            program.folder().resolve("server.key"), PosixFilePermissions.fromString("rw-------"));
  }

  private static String pem(String type, byte[] bytes) {
    String text = Base64.getMimeEncoder().encodeToString(bytes);
    return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
  }

  @Test
  void missingDisplayIsExplained() throws Exception {
    int port = startListening();
    Result result = program.run("luhproc open");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("there is no display", "ssh -N -L", "/http.sock HOST");
    assertThat(port).isPositive();
  }

  @Test
  void tokenIsNotShownForPortOnWhichTheDaemonDoesNotListen() throws Exception {
    int port = startListening();
    configure(port == 1025 ? 1026 : 1025);
    Result result = program.run(FAKE_OPENER + "luhproc open; luhproc open --print");
    assertThat(result.err()).contains("does not listen on 127.0.0.1:102");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void missingListenIsExplained() throws Exception {
    program.write("luhproc.toml", "");
    assertThat(program.run("luhproc up").code()).isZero();
    assertThat(program.run("luhproc open --print").err())
        .contains("set listen = \"localhost:7070\"", "ssh -N -L");
  }

  @Test
  void daemonThatDoesNotRunIsReported() throws Exception {
    program.write("luhproc.toml", "");
    Result result = program.run("luhproc open --print");
    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("run luhproc up");
  }
}
