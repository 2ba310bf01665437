extension CenterPlan {
    /// The JSON Schema of a configuration, for editors that check YAML while it is written. It knows keys and types; that
    /// names exist and rules make sense is checked on reading.
    public static let schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "ContactCenterKit configuration",
          "type": "object", "additionalProperties": false,
          "properties": {
            "phones": {"$ref": "#/$defs/phones"},
            "store": {
              "oneOf": [
                {"const": "memory"},
                {
                  "type": "object", "additionalProperties": false, "required": ["sqlite"],
                  "properties": {"sqlite": {"type": "string", "description": "an SQLite file"}}
                }
              ]
            },
            "recordings": {"type": "string", "description": "the folder for WAV files"},
            "stopWithin": {"$ref": "#/$defs/time", "default": 30},
            "legal": {"$ref": "#/$defs/legal"},
            "routing": {"$ref": "#/$defs/routing"},
            "queues": {"type": "object", "additionalProperties": {"$ref": "#/$defs/queue"}},
            "agents": {"type": "object", "additionalProperties": {"$ref": "#/$defs/agent"}},
            "numbers": {"type": "object", "additionalProperties": {"$ref": "#/$defs/number"}},
            "messages": {"type": "object", "additionalProperties": {"$ref": "#/$defs/message"}},
            "tenants": {"type": "object", "additionalProperties": {"$ref": "#/$defs/tenant"}}
          },
          "$defs": {
            "time": {"type": ["number", "string"], "description": "seconds, or 90s, 15m, 8h30m, 08:30"},
            "percentage": {"type": "number", "minimum": 0, "maximum": 100},
            "names": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            "requirement": {
              "description": "a skill expression such as es>=3 & !trainee, or a list of skills",
              "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
            },
            "tenant": {
              "type": "object", "additionalProperties": false,
              "properties": {
                "legal": {"$ref": "#/$defs/legal"},
                "routing": {"$ref": "#/$defs/routing"},
                "queues": {"type": "object", "additionalProperties": {"$ref": "#/$defs/queue"}},
                "agents": {"type": "object", "additionalProperties": {"$ref": "#/$defs/agent"}},
                "numbers": {"type": "object", "additionalProperties": {"$ref": "#/$defs/number"}},
                "messages": {"type": "object", "additionalProperties": {"$ref": "#/$defs/message"}}
              }
            },
            "legal": {
              "oneOf": [
                {"enum": ["spain"]},
                {
                  "type": "object", "additionalProperties": false, "required": ["profile"],
                  "properties": {"profile": {"enum": ["spain"]}, "queues": {"$ref": "#/$defs/names"}}
                }
              ]
            },
            "language": {"enum": ["english", "spanish"]},
            "message": {
              "oneOf": [
                {"type": "string", "description": "a WAV file"},
                {
                  "type": "object", "additionalProperties": false,
                  "properties": {
                    "english": {"type": "string"}, "spanish": {"type": "string"}, "otherwise": {"type": "string"}
                  }
                }
              ]
            },
            "comfort": {
              "type": "object", "additionalProperties": false,
              "properties": {
                "language": {"$ref": "#/$defs/language", "default": "english"},
                "music": {"type": "string", "description": "a WAV file"},
                "say": {
                  "type": "array",
                  "items": {
                    "type": "object", "additionalProperties": false,
                    "properties": {
                      "say": {"enum": ["position", "estimatedWait"]}, "message": {"type": "string"},
                      "after": {"$ref": "#/$defs/time", "default": 0},
                      "every": {"$ref": "#/$defs/time", "description": "or once"},
                      "atMost": {"$ref": "#/$defs/time", "default": 3600}
                    }
                  }
                }
              }
            },
            "routing": {
              "type": "object", "additionalProperties": false,
              "properties": {
                "policy": {"type": "string", "default": "longestWait"},
                "explains": {"type": "boolean", "default": true}
              }
            },
            "phones": {
              "type": "object", "additionalProperties": false,
              "properties": {
                "host": {"type": "string", "default": "127.0.0.1"},
                "sipPort": {"type": "integer", "minimum": 0, "maximum": 65535, "default": 5060},
                "rtpPorts": {"type": "string", "default": "20000-29999"},
                "advertised": {"type": "string"},
                "callsMax": {"type": "integer", "minimum": 1, "default": 4000},
                "mediaLoops": {"type": "integer", "minimum": 1, "default": 1},
                "music": {"type": "string", "description": "a WAV file"},
                "silenceTimeout": {"$ref": "#/$defs/time", "default": 30, "description": "or never"},
                "codecs": {"type": "array", "minItems": 1, "items": {"enum": ["opus", "pcmu", "pcma"]}},
                "realm": {"type": "string", "default": "contactcenter"},
                "digest": {"type": "array", "minItems": 1, "items": {"enum": ["MD5", "SHA-256"]}}
              }
            },
            "hours": {
              "type": "object", "additionalProperties": false, "required": ["timeZone", "week"],
              "properties": {
                "timeZone": {"type": "string", "description": "an IANA name such as Europe/Madrid"},
                "week": {"$ref": "#/$defs/week"},
                "days": {
                  "type": "array",
                  "items": {
                    "type": "object", "additionalProperties": false, "required": ["day"],
                    "properties": {
                      "day": {"type": "string", "description": "2026-12-24, 12-25, 06-15..09-15, easter-2, last mon of may"},
                      "hours": {"$ref": "#/$defs/week", "default": "closed"}
                    }
                  }
                }
              }
            },
            "week": {
              "oneOf": [
                {"type": "string", "description": "the spans of every day, such as 09:00-14:00, 16:00-20:00, or closed"},
                {"type": "object", "additionalProperties": {"type": "string"}}
              ]
            },
            "rules": {
              "type": "array",
              "items": {
                "type": "object", "additionalProperties": false, "required": ["then"],
                "properties": {"when": {"$ref": "#/$defs/condition"}, "then": {"$ref": "#/$defs/treatment"}}
              }
            },
            "condition": {
              "oneOf": [
                {"enum": ["always", "closed", "emergencyClosed", "noAgentsCheckedIn", "noAgentsReady"]},
                {
                  "type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
                  "properties": {
                    "waiting": {"type": "integer", "minimum": 0}, "longestWait": {"$ref": "#/$defs/time"},
                    "estimatedWait": {"$ref": "#/$defs/time"}, "waited": {"$ref": "#/$defs/time"},
                    "not": {"$ref": "#/$defs/condition"},
                    "all": {"type": "array", "items": {"$ref": "#/$defs/condition"}},
                    "any": {"type": "array", "items": {"$ref": "#/$defs/condition"}}
                  }
                }
              ]
            },
            "treatment": {
              "oneOf": [
                {"enum": ["offerCallback", "hangUp", "busy"]},
                {
                  "type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
                  "properties": {
                    "overflow": {"type": "string"}, "move": {"type": "string"}, "number": {"type": "string"},
                    "message": {"type": "string"}, "hangUp": {"type": "string"}
                  }
                }
              ]
            },
            "consequence": {
              "oneOf": [{"const": "notReady"}, {"$ref": "#/$defs/time"}],
              "description": "notReady, or the time after which the agent is idle again"
            },
            "queue": {
              "type": "object", "additionalProperties": false,
              "properties": {
                "requires": {"$ref": "#/$defs/requirement"},
                "prefers": {"$ref": "#/$defs/requirement"},
                "relaxation": {
                  "type": "array",
                  "items": {
                    "type": "object", "additionalProperties": false, "required": ["after", "to"],
                    "properties": {"after": {"$ref": "#/$defs/time"}, "to": {"$ref": "#/$defs/requirement"}}
                  }
                },
                "selection": {"type": "string", "default": "longestIdle"},
                "ringing": {
                  "oneOf": [
                    {"const": "one"},
                    {
                      "type": "object", "additionalProperties": false, "required": ["all"],
                      "properties": {"all": {"type": "integer", "minimum": 1}}
                    }
                  ]
                },
                "ringTimeout": {"$ref": "#/$defs/time", "default": 20},
                "refusals": {
                  "type": "object", "additionalProperties": false,
                  "properties": {
                    "noAnswer": {"$ref": "#/$defs/consequence"}, "busy": {"$ref": "#/$defs/consequence"},
                    "declined": {"$ref": "#/$defs/consequence"}, "unreachable": {"$ref": "#/$defs/consequence"}
                  }
                },
                "priority": {"type": "integer", "default": 0},
                "aging": {"$ref": "#/$defs/time", "description": "or never, the default"},
                "order": {"enum": ["firstInFirstOut", "lastInFirstOut", "earliestDueFirst"]},
                "weight": {"type": "number", "exclusiveMinimum": 0, "default": 1},
                "hours": {"$ref": "#/$defs/hours"},
                "waitingMax": {"type": "integer", "minimum": 0, "default": 10000},
                "joining": {"$ref": "#/$defs/rules"},
                "leaving": {"$ref": "#/$defs/rules"},
                "blending": {
                  "type": "object", "additionalProperties": false, "required": ["after"],
                  "properties": {
                    "after": {"$ref": "#/$defs/names"}, "serviceLevelAtLeast": {"$ref": "#/$defs/percentage"},
                    "idleReserve": {"type": "integer", "minimum": 0, "default": 0}
                  }
                },
                "keepsPlace": {"$ref": "#/$defs/time", "default": 0},
                "wrapUp": {"$ref": "#/$defs/time", "default": 10},
                "wrapUpMax": {"$ref": "#/$defs/time", "default": 300},
                "dispositions": {
                  "oneOf": [
                    {"$ref": "#/$defs/names"},
                    {
                      "type": "object", "additionalProperties": false, "required": ["codes"],
                      "properties": {"codes": {"$ref": "#/$defs/names"}, "required": {"type": "boolean", "default": false}}
                    }
                  ]
                },
                "target": {
                  "type": "object", "additionalProperties": false,
                  "properties": {"threshold": {"$ref": "#/$defs/time"}, "percentage": {"$ref": "#/$defs/percentage"}}
                },
                "comfort": {"$ref": "#/$defs/comfort"}
              }
            },
            "agent": {
              "type": "object", "additionalProperties": false,
              "properties": {
                "skills": {
                  "oneOf": [
                    {"$ref": "#/$defs/names"},
                    {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 10}}
                  ]
                },
                "levels": {"type": "object", "additionalProperties": {"type": "integer"}},
                "group": {"type": "string"},
                "capacity": {
                  "type": "object", "additionalProperties": false,
                  "properties": {
                    "limits": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
                    "total": {"type": "integer", "minimum": 0},
                    "exclusive": {"type": "array", "items": {"type": "string"}},
                    "interruptible": {"type": "array", "items": {"type": "string"}}
                  }
                },
                "weight": {"type": "number", "exclusiveMinimum": 0, "default": 1},
                "leads": {"$ref": "#/$defs/names"},
                "password": {
                  "oneOf": [
                    {"type": "string"},
                    {
                      "type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
                      "properties": {"env": {"type": "string"}, "file": {"type": "string"}}
                    }
                  ]
                },
                "contact": {"type": "string", "description": "a SIP address, for a phone that does not register"}
              }
            },
            "number": {
              "type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 7,
              "properties": {
                "language": {"$ref": "#/$defs/language"},
                "queue": {"type": "string"}, "agent": {"type": "string"},
                "requires": {"$ref": "#/$defs/requirement"}, "prefers": {"$ref": "#/$defs/requirement"},
                "relaxation": {
                  "type": "array",
                  "items": {
                    "type": "object", "additionalProperties": false, "required": ["after", "to"],
                    "properties": {"after": {"$ref": "#/$defs/time"}, "to": {"$ref": "#/$defs/requirement"}}
                  }
                },
                "priority": {"type": "integer", "minimum": -1000, "maximum": 1000, "default": 0},
                "emergency": {"type": "boolean", "default": false},
                "handler": {"type": "string", "description": "code of the program"}
              }
            }
          }
        }
        """
}
