extension Scenario {
    /// The JSON Schema of a scenario file, for editors that check YAML while it is written. It knows keys and types; that
    /// names exist and times are in order is checked on reading.
    public static let schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "ContactCenterKit scenario",
          "type": "object", "additionalProperties": false, "required": ["horizon", "queues", "agents"],
          "properties": {
            "name": {"type": "string"},
            "start": {"type": "string", "description": "ISO 8601 date of offset zero"},
            "horizon": {"$ref": "#/$defs/time", "description": "when arrivals and measuring end"},
            "warmUp": {"$ref": "#/$defs/time", "description": "nothing before it is counted"},
            "replications": {"type": "integer", "minimum": 1, "default": 1},
            "policy": {
              "type": "string", "default": "longestWait", "description": "which contact an agent gets: Docs/Policies.md"
            },
            "queues": {"type": "object", "additionalProperties": {"$ref": "#/$defs/queue"}},
            "agents": {"type": "object", "additionalProperties": {"$ref": "#/$defs/group"}}
          },
          "$defs": {
            "time": {"type": ["number", "string"], "description": "seconds, or 90s, 15m, 8h30m, 08:30"},
            "share": {"type": "number", "minimum": 0, "maximum": 1},
            "distribution": {
              "description": "a time that is always the same, or one distribution",
              "oneOf": [
                {"$ref": "#/$defs/time"},
                {
                  "type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
                  "properties": {
                    "deterministic": {"$ref": "#/$defs/time"},
                    "exponential": {"$ref": "#/$defs/time", "description": "the mean"},
                    "lognormal": {
                      "type": "object", "additionalProperties": false,
                      "properties": {
                        "mean": {"$ref": "#/$defs/time"}, "cv": {"type": "number", "minimum": 0},
                        "mu": {"type": "number"}, "sigma": {"type": "number", "minimum": 0}
                      }
                    },
                    "uniform": {"type": "array", "items": {"$ref": "#/$defs/time"}, "minItems": 2, "maxItems": 2},
                    "gamma": {
                      "type": "object", "additionalProperties": false, "required": ["shape", "scale"],
                      "properties": {"shape": {"type": "number"}, "scale": {"$ref": "#/$defs/time"}}
                    },
                    "erlang": {
                      "type": "object", "additionalProperties": false, "required": ["phases", "mean"],
                      "properties": {"phases": {"type": "integer", "minimum": 1}, "mean": {"$ref": "#/$defs/time"}}
                    },
                    "empirical": {
                      "oneOf": [
                        {"type": "array", "items": {"$ref": "#/$defs/time"}, "minItems": 1},
                        {"type": "string", "description": "CSV file, first column"}
                      ]
                    },
                    "hyperexponential": {
                      "type": "array", "minItems": 1,
                      "items": {
                        "type": "object", "additionalProperties": false, "required": ["weight", "mean"],
                        "properties": {"weight": {"type": "number"}, "mean": {"$ref": "#/$defs/time"}}
                      }
                    }
                  }
                }
              ]
            },
            "arrivals": {
              "oneOf": [
                {"const": "none"},
                {
                  "type": "object", "additionalProperties": false,
                  "properties": {
                    "rate": {"type": "number", "minimum": 0, "description": "Poisson"},
                    "rates": {
                      "type": "array", "description": "Poisson with a rate that changes",
                      "items": {
                        "type": "object", "additionalProperties": false, "required": ["from", "rate"],
                        "properties": {"from": {"$ref": "#/$defs/time"}, "rate": {"type": "number", "minimum": 0}}
                      }
                    },
                    "per": {"enum": ["second", "minute", "hour", "day"], "default": "hour"},
                    "every": {"$ref": "#/$defs/time"},
                    "intervals": {"type": "string", "description": "CSV file: start,count or start,rate"},
                    "times": {
                      "oneOf": [
                        {"type": "array", "items": {"$ref": "#/$defs/time"}},
                        {"type": "string", "description": "CSV file, first column: offsets or dates"}
                      ]
                    },
                    "recorded": {
                      "type": "array",
                      "items": {
                        "type": "object", "additionalProperties": false, "required": ["at"],
                        "properties": {
                          "at": {"$ref": "#/$defs/time"}, "patience": {"$ref": "#/$defs/time"},
                          "waited": {"$ref": "#/$defs/time"}, "talk": {"$ref": "#/$defs/time"},
                          "wrapUp": {"$ref": "#/$defs/time"}
                        }
                      }
                    }
                  }
                }
              ]
            },
            "consequence": {
              "description": "notReady until the agent returns, or idle again after a time",
              "oneOf": [{"const": "notReady"}, {"$ref": "#/$defs/time"}]
            },
            "queue": {
              "type": "object", "additionalProperties": false, "required": ["arrivals", "talk"],
              "properties": {
                "skills": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
                "requires": {"type": "string", "description": "es>=3 & !trainee"},
                "prefers": {"type": "string"},
                "relaxation": {
                  "type": "array",
                  "items": {
                    "type": "object", "additionalProperties": false, "required": ["after", "to"],
                    "properties": {"after": {"$ref": "#/$defs/time"}, "to": {"type": "string"}}
                  }
                },
                "priority": {"type": "integer", "minimum": -1000, "maximum": 1000, "default": 0},
                "aging": {"$ref": "#/$defs/time"},
                "order": {
                  "enum": ["firstInFirstOut", "lastInFirstOut", "earliestDueFirst"], "default": "firstInFirstOut"
                },
                "weight": {"type": "number", "exclusiveMinimum": 0, "default": 1},
                "target": {
                  "type": "object", "additionalProperties": false,
                  "properties": {
                    "threshold": {"$ref": "#/$defs/time", "default": 20},
                    "percentage": {"type": "number", "minimum": 0, "maximum": 100, "default": 80}
                  }
                },
                "ringTimeout": {"$ref": "#/$defs/time", "default": 20},
                "waitingMax": {"type": "integer", "minimum": 0, "default": 10000},
                "selection": {"type": "string", "default": "longestIdle", "description": "Docs/Policies.md"},
                "refusals": {
                  "type": "object", "additionalProperties": false,
                  "properties": {
                    "noAnswer": {"$ref": "#/$defs/consequence"}, "busy": {"$ref": "#/$defs/consequence"},
                    "declined": {"$ref": "#/$defs/consequence"}, "unreachable": {"$ref": "#/$defs/consequence"}
                  }
                },
                "arrivals": {"$ref": "#/$defs/arrivals"},
                "patience": {"oneOf": [{"const": "none"}, {"$ref": "#/$defs/distribution"}], "default": "none"},
                "talk": {"$ref": "#/$defs/distribution"},
                "wrapUp": {"$ref": "#/$defs/distribution", "default": 0},
                "wrapUpMax": {"$ref": "#/$defs/time", "default": 3600},
                "redials": {
                  "type": "object", "additionalProperties": false, "required": ["probability", "delay"],
                  "properties": {
                    "probability": {"$ref": "#/$defs/share"}, "delay": {"$ref": "#/$defs/distribution"},
                    "triesMax": {"type": "integer", "minimum": 1, "default": 3}
                  }
                }
              }
            },
            "group": {
              "type": "object", "additionalProperties": false, "required": ["count"],
              "properties": {
                "count": {"type": "integer", "minimum": 0},
                "skills": {
                  "oneOf": [
                    {"type": "string"}, {"type": "array", "items": {"type": "string"}},
                    {"type": "object", "additionalProperties": {"type": "integer"}, "description": "level by skill"}
                  ]
                },
                "proficiencies": {
                  "type": "object", "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 10}
                },
                "weight": {"type": "number", "exclusiveMinimum": 0, "default": 1},
                "shifts": {
                  "type": "array",
                  "items": {
                    "type": "object", "additionalProperties": false, "required": ["start", "end"],
                    "properties": {"start": {"$ref": "#/$defs/time"}, "end": {"$ref": "#/$defs/time"}}
                  }
                },
                "breaks": {
                  "type": "array",
                  "items": {
                    "type": "object", "additionalProperties": false, "required": ["start", "duration"],
                    "properties": {
                      "start": {"$ref": "#/$defs/time"}, "duration": {"$ref": "#/$defs/time"},
                      "stagger": {"$ref": "#/$defs/time", "default": 0},
                      "reason": {"type": "string", "default": "break"}
                    }
                  }
                },
                "answerDelay": {"$ref": "#/$defs/distribution", "default": 0},
                "mistakes": {
                  "type": "object", "additionalProperties": false,
                  "properties": {
                    "noAnswer": {"$ref": "#/$defs/share"}, "declines": {"$ref": "#/$defs/share"},
                    "hangsUpEarly": {"$ref": "#/$defs/share"}, "phoneDies": {"$ref": "#/$defs/share"},
                    "returnsAfter": {"$ref": "#/$defs/distribution", "default": 60}
                  }
                }
              }
            }
          }
        }
        """
}
