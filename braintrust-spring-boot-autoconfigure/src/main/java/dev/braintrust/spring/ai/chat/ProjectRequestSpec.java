package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultCallResponseSpec;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultStreamResponseSpec;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.util.StringUtils;

/**
 * A request whose call or stream is traced. It is a Spring AI request built from the
 * parts of the original one: it has the same advisor chain, advisors and tools. Only two
 * parts are replaced, which are invisible outside the request: the model at the end of
 * the chain, and the tool manager of the advisor that the request registers itself.
 */
final class ProjectRequestSpec extends DefaultChatClientRequestSpec {

	private final AgentRuns runs;

	private final ChatModel model;

	private final ToolCallingAdvisor.Builder<?> toolAdvisor;

	private ProjectRequestSpec(DefaultChatClientRequestSpec request, AgentRuns runs, ChatModel model,
			ToolCallingAdvisor.Builder<?> toolAdvisor, ChatOptions.@Nullable Builder<?> options) {
		super(runs.isOn() ? new ProjectChatModel(model, runs) : model, request.getUserText(), request.getUserParams(),
				request.getUserMetadata(), request.getSystemText(), request.getSystemParams(),
				request.getSystemMetadata(), request.getToolCallbacks(), request.getToolCallbackProviders(),
				request.getMessages(), request.getMedia(), options, request.getAdvisors(), request.getAdvisorParams(),
				ClientState.observationRegistry(request), ClientState.clientConvention(request),
				request.getToolContext(), request.getTemplateRenderer(), ClientState.advisorConvention(request),
				runs.isOn() ? new ProjectToolCallingManager.AdvisorBuilder(toolAdvisor, runs) : toolAdvisor);
		this.runs = runs;
		this.model = model;
		this.toolAdvisor = toolAdvisor;
	}

	// Trace a request that no other code holds.
	static ChatClientRequestSpec trace(DefaultChatClientRequestSpec request, ChatTracing tracing) {
		ProjectRequestSpec traced = create(request, tracing, null);
		copyOptions(request, traced);
		return traced;
	}

	static ChatClientRequestSpec of(DefaultChatClientRequestSpec defaults, ChatTracing tracing) {
		return create(defaults, tracing, ClientState.options(defaults));
	}

	private static ProjectRequestSpec create(DefaultChatClientRequestSpec request, ChatTracing tracing,
			ChatOptions.@Nullable Builder<?> options) {
		return new ProjectRequestSpec(request, new AgentRuns(tracing),
				ProjectChatModel.untraced(ClientState.chatModel(request)),
				ProjectToolCallingManager.AdvisorBuilder.untraced(ClientState.toolAdvisor(request)), options);
	}

	// The constructor would clone the options one more time than Spring AI does.
	private static void copyOptions(DefaultChatClientRequestSpec from, DefaultChatClientRequestSpec to) {
		ChatOptions.Builder<?> options = ClientState.options(from);
		if (options != null) {
			to.options(options);
		}
	}

	ChatTracing tracing() {
		return this.runs.tracing();
	}

	@Override
	public ChatClient.CallResponseSpec call() {
		if (!this.runs.isOn()) {
			return super.call();
		}
		ChatClient.CallResponseSpec call;
		try {
			call = super.call();
		}
		catch (Throwable ex) {
			this.runs.refused(this::input, ex);
			throw ex;
		}
		return tracing().see(() -> ProjectCallResponseSpec.trace((DefaultCallResponseSpec) call, this, this.runs),
				call);
	}

	@Override
	public ChatClient.StreamResponseSpec stream() {
		if (!this.runs.isOn()) {
			return super.stream();
		}
		ChatClient.StreamResponseSpec stream;
		try {
			stream = super.stream();
		}
		catch (Throwable ex) {
			this.runs.refused(this::input, ex);
			throw ex;
		}
		return tracing().see(() -> trace((DefaultStreamResponseSpec) stream), stream);
	}

	private ChatClient.StreamResponseSpec trace(DefaultStreamResponseSpec stream) {
		AgentRequest request = new AgentRequest(this.runs, ClientState.request(stream));
		return new DefaultStreamResponseSpec(request.sent(), ObservedChain.of(ClientState.chain(stream), request),
				ClientState.observationRegistry(this), ClientState.clientConvention(this));
	}

	// The input of a request that could not be built. Its texts are unrendered templates.
	private List<Message> input() {
		List<Message> messages = new ArrayList<>(getMessages());
		String text = getUserText();
		if (StringUtils.hasText(text)) {
			messages.add(UserMessage.builder().text(text).media(getMedia()).build());
		}
		return messages;
	}

	@Override
	public ChatClient.Builder mutate() {
		ChatClient.Builder builder = untraced().mutate();
		return tracing().see(() -> ProjectChatClientBuilder.trace((DefaultChatClientBuilder) builder, tracing()),
				builder);
	}

	private DefaultChatClientRequestSpec untraced() {
		DefaultChatClientRequestSpec untraced = new DefaultChatClientRequestSpec(this.model, getUserText(),
				getUserParams(), getUserMetadata(), getSystemText(), getSystemParams(), getSystemMetadata(),
				getToolCallbacks(), getToolCallbackProviders(), getMessages(), getMedia(), null, getAdvisors(),
				getAdvisorParams(), ClientState.observationRegistry(this), ClientState.clientConvention(this),
				getToolContext(), getTemplateRenderer(), ClientState.advisorConvention(this), this.toolAdvisor);
		copyOptions(this, untraced);
		return untraced;
	}

	static @Nullable ChatTracing tracing(@Nullable ChatClientRequestSpec request) {
		return (request instanceof ProjectRequestSpec traced) ? traced.tracing() : null;
	}

}
