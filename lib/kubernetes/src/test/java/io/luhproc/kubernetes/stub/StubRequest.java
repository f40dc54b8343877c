package io.luhproc.kubernetes.stub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import io.luhproc.kubernetes.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A request and its answer. */
final class StubRequest {
  private final HttpExchange exchange;
  private final byte[] body;
  private final Map<String, String> query = new LinkedHashMap<>();

  StubRequest(HttpExchange exchange) throws IOException {
    this.exchange = exchange;
    this.body = exchange.getRequestBody().readAllBytes();
    String raw = exchange.getRequestURI().getRawQuery();
    if (raw != null) {
      for (String parameter : raw.split("&", -1)) {
        String[] parts = parameter.split("=", 2);
        query.put(parts[0], URLDecoder.decode(parts[1], UTF_8));
      }
    }
  }

  String method() {
    return exchange.getRequestMethod();
  }

  /** Returns the segments of the path, decoded. */
  List<String> segments() {
    String path = exchange.getRequestURI().getRawPath().substring(1);
    return List.of(path.split("/", -1)).stream().map(it -> URLDecoder.decode(it, UTF_8)).toList();
  }

  String line() {
    return method() + " " + exchange.getRequestURI();
  }

  String header(String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  String parameter(String name) {
    return query.get(name);
  }

  boolean has(String name) {
    return query.containsKey(name);
  }

  Json json() {
    return body.length == 0 ? new Json(null) : Json.parse(body);
  }

  void answer(int code, Map<String, Object> object) throws IOException {
    answer(code, "application/json", Json.write(object).getBytes(UTF_8));
  }

  void answer(int code, String type, byte[] bytes) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-cache, private");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  void answerWithoutBody(int code) throws IOException {
    exchange.sendResponseHeaders(code, -1);
    exchange.close();
  }

  void header(String name, String value) {
    exchange.getResponseHeaders().set(name, value);
  }

  /** Sends the head of an answer and a part of the body. */
  void beginHalf() throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 1000);
    exchange.getResponseBody().write("{\"kind\":\"Job\",\"metadata\":{\"na".getBytes(UTF_8));
    exchange.getResponseBody().flush();
  }

  /** Begins an answer of unknown length. */
  OutputStream begin(String type) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  void close() {
    exchange.close();
  }
}
