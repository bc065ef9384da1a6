package software.amazon.awssdk.services.bedrockruntime.model;

/**
 * Has the name of the class of the AWS SDK.
 */
public final class TokenUsage {

}
