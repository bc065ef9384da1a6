package dev.braintrust.spring.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.braintrust.spring.api.HttpClients;
import dev.braintrust.spring.api.MemoryBudget;
import dev.braintrust.spring.autoconfigure.properties.SettingsSource;
import dev.braintrust.spring.export.QueueLimits;
import dev.braintrust.spring.export.SpanPipeline;
import dev.braintrust.spring.settings.DeclaredProjects;
import dev.braintrust.spring.trace.SpanDestination;
import dev.braintrust.spring.upload.AttachmentUploads;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the documentation lists all meters.
 */
class MetersTableTests {

	private static final Pattern ROW = Pattern
		.compile("(?m)^\\| `([a-z.]+)` \\| (gauge|counter) \\| `([a-z]+)` \\| (?:`([a-z.]+)` )?\\| ([^|]+) \\|$");

	private static final Pattern VALUE = Pattern.compile("`([a-z_]+)`");

	@Test
	void tableHasTheMetersThatThereAre() throws IOException {
		assertThat(documented()).hasSize(15).containsExactlyInAnyOrderElementsOf(registered());
	}

	private static List<String> documented() throws IOException {
		return ROW.matcher(Files.readString(root().resolve("docs/operations.md"))).results().map((row) -> {
			Set<String> values = VALUE.matcher(row.group(5))
				.results()
				.map((value) -> value.group(1))
				.collect(Collectors.toCollection(TreeSet::new));
			return describe(row, values);
		}).toList();
	}

	private static String describe(MatchResult row, Set<String> values) {
		return row.group(1) + " " + row.group(2) + " " + row.group(3) + " "
				+ ((row.group(4) != null) ? row.group(4) + values : "");
	}

	private static List<String> registered() {
		DeclaredProjects declared = new DeclaredProjects(List.of(new SettingsSource(null).settings()));
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		try (SpanPipeline pipeline = new SpanPipeline(QueueLimits.DEFAULT, Duration.ZERO, new HttpClients(null))) {
			AttachmentUploads uploads = new AttachmentUploads(new HttpClients(null), new MemoryBudget(1));
			new BraintrustMeters(declared, new SpanDestination(pipeline, uploads, null)).bindTo(registry);
			return registry.getMeters()
				.stream()
				.collect(Collectors.groupingBy((meter) -> meter.getId().getName()))
				.values()
				.stream()
				.map(MetersTableTests::describe)
				.toList();
		}
	}

	private static String describe(List<Meter> meters) {
		Meter.Id id = meters.get(0).getId();
		assertThat(meters).allSatisfy((meter) -> assertThat(meter.getId().getTag("project")).isEqualTo("support"));
		Set<Tag> tags = meters.stream()
			.flatMap((meter) -> meter.getId().getTags().stream())
			.filter((tag) -> !tag.getKey().equals("project"))
			.collect(Collectors.toSet());
		Set<String> values = tags.stream().map(Tag::getValue).collect(Collectors.toCollection(TreeSet::new));
		String key = tags.isEmpty() ? "" : tags.iterator().next().getKey() + values;
		return id.getName() + " " + ((meters.get(0) instanceof Gauge) ? "gauge" : "counter") + " " + id.getBaseUnit()
				+ " " + key;
	}

	private static Path root() {
		Path directory = Path.of("").toAbsolutePath();
		while (!Files.exists(directory.resolve("mvnw"))) {
			directory = directory.getParent();
		}
		return directory;
	}

}
