package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.advisor.observation.AdvisorObservationContext;
import org.springframework.ai.chat.client.observation.ChatClientObservationContext;
import org.springframework.ai.tool.observation.ToolCallingObservationContext;

/**
 * The observations of an application, in the order of their starts.
 */
final class Observed implements ObservationHandler<Observation.Context> {

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final Transcript transcript;

	private final List<Observation.Context> started = new ArrayList<>();

	private final List<Observation.Context> stopped = new ArrayList<>();

	Observed(Transcript transcript) {
		this.transcript = transcript;
		this.registry.observationConfig().observationHandler(this);
	}

	ObservationRegistry registry() {
		return this.registry;
	}

	@Override
	public void onStart(Observation.Context context) {
		synchronized (this.transcript) {
			this.started.add(context);
			this.transcript.name("observation " + this.started.size(), context);
		}
	}

	@Override
	public void onStop(Observation.Context context) {
		synchronized (this.transcript) {
			this.stopped.add(context);
			this.transcript.notifyAll();
		}
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return true;
	}

	/**
	 * Whether all of them have stopped.
	 * @return whether they have
	 */
	boolean allStopped() {
		return this.stopped.size() == this.started.size();
	}

	List<String> lines() {
		return this.started.stream().map(this::line).toList();
	}

	private String line(Observation.Context context) {
		Observation.ContextView parent = (context.getParentObservation() != null)
				? context.getParentObservation().getContextView() : null;
		return this.transcript.see(context) + " " + context.getName() + " '" + context.getContextualName() + "' in "
				+ number(parent) + values(context) + seen(context)
				+ (this.stopped.contains(context) ? " stopped" : " open")
				+ ((context.getError() != null) ? " with " + this.transcript.see(context.getError()) : "");
	}

	private String number(Observation.@Nullable ContextView parent) {
		return (parent != null) ? this.transcript.see(parent) : "nothing";
	}

	private static String values(Observation.Context context) {
		return context.getAllKeyValues()
			.stream()
			.map((value) -> plain(value))
			.sorted()
			.collect(Collectors.joining(", ", " (", ")"));
	}

	private static String plain(KeyValue value) {
		return value.getKey() + "=" + value.getValue().replaceAll("@[0-9a-f]{4,8}\\b", "@");
	}

	private String seen(Observation.Context context) {
		if (context instanceof ChatClientObservationContext client) {
			return " of " + this.transcript.see(client.getRequest()) + " advised by "
					+ this.transcript.see(client.getAdvisors()) + " format " + client.getFormat() + " answered "
					+ this.transcript.see(client.getResponse());
		}
		if (context instanceof AdvisorObservationContext advisor) {
			return " of " + this.transcript.see(advisor.getChatClientRequest()) + " answered "
					+ this.transcript.see(advisor.getChatClientResponse());
		}
		if (context instanceof ToolCallingObservationContext tool) {
			return " of " + this.transcript.see(tool.getToolDefinition()) + " called with "
					+ tool.getToolCallArguments() + " answered " + tool.getToolCallResult();
		}
		return "";
	}

}
