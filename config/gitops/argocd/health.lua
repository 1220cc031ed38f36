-- The health of Grantor's kinds: OAuthClient, OAuthClientPolicy, OAuthIdentityProvider,
-- OAuthResource, OAuthServer, OAuthToken and OAuthUser. What a status says of an older
-- generation is ignored, and that a client is suspended, or a user or provider disabled, is no fault.
local health = {
  status = "Progressing",
  message = "The operator has not looked at this generation yet.",
}
local status = obj.status
if status == nil or status.observedGeneration ~= obj.metadata.generation then
  return health
end

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end

local function is(type)
  return conditions[type] ~= nil and conditions[type].status == "True"
end

local deliberate = { Suspended = true, Disabled = true }

if is("Stalled") then
  health.message = conditions.Stalled.message
  if deliberate[conditions.Stalled.reason] then
    health.status = "Suspended"
  else
    health.status = "Degraded"
  end
elseif is("Reconciling") then
  health.message = conditions.Reconciling.message
elseif is("Ready") then
  health.status = "Healthy"
  health.message = conditions.Ready.message
end
return health
