package io.luhproc.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.daemon.config.ReloadResult;
import io.luhproc.daemon.ship.ShippingStats;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.Supervisor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The document has exactly the routes of the API. */
class OpenApiTest {
  @TempDir Path folder;

  @Test
  void eachRouteIsDocumentedWithItsMethodAndSecurity() throws IOException {
    try (Supervisor supervisor = Supervisor.builder().directory(folder.resolve("run")).build();
        EventHistory events = new EventHistory(supervisor);
        LogOpener logs = new LogOpener(supervisor)) {
      List<String> routes = new ArrayList<>();
      for (Route route : new Api(new NoServices(supervisor), events, logs).routes()) {
        routes.add(
            route.method() + " " + route.template() + (route.isPublic() ? "" : " with token"));
      }
      assertThat(documented()).containsExactlyInAnyOrderElementsOf(routes);
    }
  }

  private static List<String> documented() throws IOException {
    List<String> operations = new ArrayList<>();
    try (InputStream in = Objects.requireNonNull(Api.class.getResourceAsStream("openapi.json"));
        JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), in)) {
      List<String> names = new ArrayList<>();
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.PROPERTY_NAME) {
          while (names.size() >= depth(json)) {
            names.remove(names.size() - 1);
          }
          names.add(json.currentName());
          addOperation(names, operations);
        }
      }
    }
    return operations;
  }

  private static int depth(JsonParser json) {
    int depth = 0;
    for (var context = json.streamReadContext(); context != null; context = context.getParent()) {
      depth += context.inRoot() ? 0 : 1;
    }
    return depth;
  }

  private static void addOperation(List<String> names, List<String> operations) {
    if (names.get(0).equals("paths") && names.size() == 3) {
      operations.add(names.get(2).toUpperCase(Locale.ROOT) + " " + names.get(1));
    }
    if (names.get(0).equals("paths") && names.size() == 4 && names.get(3).equals("security")) {
      operations.add(operations.remove(operations.size() - 1) + " with token");
    }
  }

  private record NoServices(Supervisor supervisor) implements ApiTarget {
    @Override
    public List<ServiceSpec> services() {
      return List.of();
    }

    @Override
    public Map<String, Set<String>> groups() {
      return Map.of();
    }

    @Override
    public Optional<ShippingStats> shipping() {
      return Optional.empty();
    }

    @Override
    public ReloadResult reload() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void requestClose() {}
  }
}
