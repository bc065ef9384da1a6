package dev.braintrust.spring.ai.chat;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.model.tool.DefaultToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;

/**
 * Options of an application's own class. Spring AI's copies of them differ from the
 * application's.
 */
final class TenantOptions extends DefaultToolCallingChatOptions {

	private final String tenant;

	private final Copies copies;

	private final Transcript transcript;

	TenantOptions(String tenant, Copies copies, Transcript transcript, @Nullable List<ToolCallback> tools,
			@Nullable Map<String, Object> toolContext) {
		super(tools, toolContext, "own", null, null, null, null, 0.5, null, null);
		this.tenant = tenant;
		this.copies = copies;
		this.transcript = transcript;
	}

	String tenant() {
		return this.tenant;
	}

	@Override
	public @Nullable List<ToolCallback> getToolCallbacks() {
		this.transcript.read("tools of the options of " + this.tenant);
		return super.getToolCallbacks();
	}

	@Override
	public ToolCallingChatOptions.Builder<?> mutate() {
		this.transcript.note("options of " + this.tenant + " are mutated");
		ToolCallingChatOptions.Builder<?> inherited = super.mutate();
		if (this.copies == Copies.AS_INHERITED) {
			return inherited;
		}
		Builder<?> builder = new TenantBuilder((this.copies == Copies.ALL) ? this.tenant : "nobody", this.copies,
				this.transcript);
		if (this.copies == Copies.ALL) {
			builder.toolCallbacks(getToolCallbacks());
		}
		return builder.toolContext(getToolContext());
	}

	/**
	 * The part of the options that a copy contains.
	 */
	enum Copies {

		AS_INHERITED, A_PART, ALL

	}

	private static final class TenantBuilder extends DefaultToolCallingChatOptions.Builder<TenantBuilder> {

		private final String tenant;

		private final Copies copies;

		private final Transcript transcript;

		TenantBuilder(String tenant, Copies copies, Transcript transcript) {
			this.tenant = tenant;
			this.copies = copies;
			this.transcript = transcript;
		}

		@Override
		public TenantBuilder clone() {
			this.transcript.note("builder of options is cloned");
			return super.clone();
		}

		@Override
		public ToolCallingChatOptions build() {
			this.transcript.note("options of " + this.tenant + " are built");
			return new TenantOptions(this.tenant, this.copies, this.transcript, this.toolCallbacks, this.toolContext);
		}

	}

}
